#!/bin/sh
# Prints the home of a Java 25 or newer, for `make` and for ./sidekey.
#   find-jdk.sh jdk   one with a compiler      find-jdk.sh jre   one that runs programs
# JAVA_HOME wins if it is new enough; then exactly 25, the version we test; then anything newer.

wanted=25
kind=${1:-jdk}

# The feature version (25 of "25.0.1") of the Java at home $1, nothing if there is none.
feature() {
    [ -x "$1/bin/java" ] || return 0
    [ "$kind" = jre ] || [ -x "$1/bin/javac" ] || return 0
    text=
    [ -r "$1/release" ] && text=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release")
    [ -n "$text" ] || text=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
    echo "$text" | sed 1q
}

# The home of the `java` found on the PATH, through its symbolic links.
on_path() {
    program=$(command -v java 2>/dev/null) || return 0
    while [ -L "$program" ]; do
        target=$(readlink "$program")
        case $target in
            /*) program=$target ;;
            *) program=$(dirname "$program")/$target ;;
        esac
    done
    dirname "$(dirname "$program")"
}

if [ -n "${JAVA_HOME:-}" ]; then
    found=$(feature "$JAVA_HOME")
    if [ "${found:-0}" -ge "$wanted" ]; then
        echo "$JAVA_HOME"
        exit 0
    fi
fi

newer=
for home in "$(on_path)" \
    /usr/lib/jvm/* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* \
    "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \
    /opt/* /opt/java/* /usr/java/* /usr/local/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -n "$home" ] && [ -d "$home" ] || continue
    found=$(feature "$home")
    if [ "${found:-0}" -eq "$wanted" ]; then
        echo "$home"
        exit 0
    fi
    [ "${found:-0}" -gt "$wanted" ] && newer=${newer:-$home}
done
if [ -n "$newer" ]; then
    echo "$newer"
    exit 0
fi

what="JDK"
[ "$kind" = jre ] && what="JDK or JRE"
cat >&2 <<END
Sidekey needs a $what $wanted or newer, and found none in JAVA_HOME${JAVA_HOME:+ ($JAVA_HOME)}, on the PATH,
or in the usual places (/usr/lib/jvm, SDKMAN, /opt, /Library/Java).
Install one, for example from https://adoptium.net, or set JAVA_HOME to where it is.
END
exit 1
