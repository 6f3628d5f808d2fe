package dev.sidekey.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may import whom, for the tree below one base package: the product's, or the one of
 * deliberately wrong classes that shows each rule can fail.
 */
final class ImportRules {

    /** Importable by every room. */
    private static final Set<String> LEAVES =
            Set.of("address", "config", "oauth", "seal", "telemetry", "threads");

    /**
     * Whom a room may import besides the leaves: one arrow, from the client's wire to the store.
     */
    private static final Map<String, Set<String>> ARROW =
            Map.ofEntries(
                    Map.entry("cli", Set.of("main", "certificate", "launch")),
                    Map.entry("launch", Set.of("certificate")),
                    Map.entry("downstream", Set.of("exchange", "certificate", "http1", "http2")),
                    Map.entry("exchange", Set.of("upstream", "authorization")),
                    Map.entry("upstream", Set.of("http1", "http2")),
                    Map.entry("http1", Set.of()),
                    Map.entry("http2", Set.of()),
                    Map.entry("authorization", Set.of("grant", "credential", "interaction")),
                    Map.entry("grant", Set.of("interaction")),
                    Map.entry("credential", Set.of()),
                    Map.entry("certificate", Set.of()),
                    Map.entry("interaction", Set.of()),
                    Map.entry("admin", Set.of("authorization", "interaction")),
                    Map.entry("demo", Set.of()));

    /** Rooms on the road of bytes: their threads are event loops, which must not wait. */
    private static final List<String> TRAFFIC =
            List.of("downstream", "exchange", "upstream", "http1", "http2");

    private final String base;

    ImportRules(String base) {
        this.base = base;
    }

    /** The arrow itself. A missing room is no violation: it may come later. */
    ArchRule everyRoomImportsOnlyDownTheArrow() {
        var layers =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .withOptionalLayers(true)
                        .layer("main")
                        .definedBy(base);
        var rooms = Stream.concat(ARROW.keySet().stream(), LEAVES.stream()).sorted().toList();
        for (String room : rooms) {
            layers = layers.layer(room).definedBy(base + "." + room + "..");
        }
        for (String room : rooms) {
            layers = layers.whereLayer(room).mayOnlyAccessLayers(allowed(room));
        }
        return layers.as("every room imports only down the arrow");
    }

    private static String[] allowed(String room) {
        if (room.equals("config")) {
            return new String[] {"oauth"};
        }
        var allowed = new ArrayList<>(ARROW.getOrDefault(room, Set.of()));
        LEAVES.stream().filter(leaf -> !leaf.equals(room)).forEach(allowed::add);
        return allowed.toArray(String[]::new);
    }

    /** A room nobody has drawn has no rule: draw it first. */
    ArchRule everyClassLivesInAKnownRoom() {
        var known =
                Stream.concat(
                        Stream.of(base),
                        Stream.concat(ARROW.keySet().stream(), LEAVES.stream())
                                .map(room -> base + "." + room + ".."));
        return classes()
                .should()
                .resideInAnyPackage(known.toArray(String[]::new))
                .as("every class lives in a room that ImportRules knows");
    }

    /**
     * No cycles between rooms. Secret and Scopes are vocabulary that config speaks too; without
     * that exemption no leaf that oauth uses could read its own configuration.
     */
    ArchRule roomsAreFreeOfCycles() {
        return slices().matching(base + ".(*)..")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(resideInAPackage(base + ".config.."), vocabulary())
                .allowEmptyShould(true)
                .as("rooms are free of cycles");
    }

    ArchRule configUsesOnlyTheVocabularyOfOauth() {
        return noClasses()
                .that()
                .resideInAPackage(base + ".config..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage(base + ".oauth..")
                                .and(DescribedPredicate.not(vocabulary())))
                .allowEmptyShould(true)
                .as("config uses only Secret and Scopes of oauth");
    }

    private DescribedPredicate<JavaClass> vocabulary() {
        var names = Set.of(base + ".oauth.Secret", base + ".oauth.Scopes");
        return describe("Secret or Scopes", type -> names.contains(type.getName()));
    }

    /**
     * What a channel is, only those rooms know that carry bytes, and the door between the worlds.
     * Text as it goes on the wire is known where a header is made once for a thousand calls.
     */
    ArchRule nettyStaysWithTraffic() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        base,
                        base + ".downstream..",
                        base + ".exchange..",
                        base + ".upstream..",
                        base + ".http1..",
                        base + ".http2..",
                        base + ".admin..",
                        base + ".threads..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.netty..").and(not(type(AsciiString.class))))
                .allowEmptyShould(true)
                .as(
                        "io.netty stays in downstream, exchange, upstream, http1, http2, admin and threads");
    }

    /** Event loops never wait, and never speak OAuth's HTTP. */
    ArchRule trafficDoesNotBlock() {
        return noClasses()
                .that()
                .resideInAnyPackage(TRAFFIC.stream().map(this::room).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "java.net.http..")
                .orShould()
                .callMethodWhere(
                        describe(
                                "a future is waited for",
                                call ->
                                        Set.of("get", "join", "sync", "await")
                                                        .contains(call.getName())
                                                && isFuture(call.getTargetOwner())))
                .allowEmptyShould(true)
                .as("downstream, exchange and upstream do not block");
    }

    private static boolean isFuture(JavaClass owner) {
        return owner.isAssignableTo(java.util.concurrent.Future.class);
    }

    /** A secret is unwrapped where it is sent or sealed, and nowhere else (T10). */
    ArchRule secretsAreUnwrappedOnlyOnTheOauthSide() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        room("oauth"),
                        room("grant"),
                        room("credential"),
                        room("seal"),
                        room("authorization"),
                        room("demo"),
                        // shows the admin token to the admin listener
                        room("cli"),
                        // writes the proxy's password into a command's environment
                        room("launch"))
                .should()
                .callMethodWhere(
                        describe(
                                "a Secret is unwrapped",
                                call ->
                                        call.getName().equals("reveal")
                                                && call.getTargetOwner()
                                                        .getName()
                                                        .equals(base + ".oauth.Secret")))
                .allowEmptyShould(true)
                .as("secrets are unwrapped only on the OAuth side");
    }

    private String room(String name) {
        return base + "." + name + "..";
    }
}
