package dev.sidekey.launch;

import java.util.regex.Pattern;

/** How a variable is set, for those who set it by themselves. */
public enum ShellSyntax {
    sh {
        @Override
        public String line(String name, String value) {
            return "export " + name + "='" + value.replace("'", "'\\''") + "'";
        }
    },
    fish {
        @Override
        public String line(String name, String value) {
            return "set -gx " + name + " '" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
        }
    },
    /** To PowerShell a typographic quote is a quote, too: each is doubled. */
    powershell {
        @Override
        public String line(String name, String value) {
            return "$Env:" + name + " = '" + value.replaceAll("['‘’‚‛]", "$0$0") + "'";
        }
    },
    /**
     * For compose's {@code env_file}; quoted only where it must be, docker takes quotes as text.
     * Readers differ: an apostrophe is best between double quotes, a dollar between single ones.
     */
    dotenv {
        @Override
        public String line(String name, String value) {
            return name + "=" + (PLAIN.matcher(value).matches() ? value : quoted(value));
        }

        private static String quoted(String value) {
            var expands = value.contains("$") || value.contains("`");
            return value.contains("'") && !expands
                    ? '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
                    : "'" + value.replace("'", "\\'") + "'";
        }
    };

    private static final Pattern PLAIN = Pattern.compile("((?!['\"])[^$#`\\s]+( +[^$#`\\s]+)*)?");

    /** One line that sets a variable. */
    public abstract String line(String name, String value);
}
