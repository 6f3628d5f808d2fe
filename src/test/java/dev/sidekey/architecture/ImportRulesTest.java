package dev.sidekey.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The product keeps every rule, and every rule finds the classes that were written to break it. */
class ImportRulesTest {
    private static final String PRODUCT = "dev.sidekey";
    private static final String WRONG = "dev.sidekey.architecture.wrong";

    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(PRODUCT);
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages(PRODUCT);

    /** A rule for a tree, and the wrong classes that it must find. */
    static Stream<Arguments> rules() {
        return Stream.of(
                rule(
                        base -> new ImportRules(base).everyRoomImportsOnlyDownTheArrow(),
                        "ReachesForGrants"),
                rule(base -> new ImportRules(base).everyClassLivesInAKnownRoom(), "StringUtils"),
                rule(
                        base -> new ImportRules(base).roomsAreFreeOfCycles(),
                        "AsksTelemetry",
                        "AsksAddress"),
                rule(
                        base -> new ImportRules(base).configUsesOnlyTheVocabularyOfOauth(),
                        "ReadsDocuments"),
                rule(base -> new ImportRules(base).nettyStaysWithTraffic(), "SpeaksNetty"),
                rule(
                        base -> new ImportRules(base).trafficDoesNotBlock(),
                        "WaitsForFuture",
                        "WaitsForChannel",
                        "SpeaksHttp"),
                rule(
                        base -> new ImportRules(base).secretsAreUnwrappedOnlyOnTheOauthSide(),
                        "UnwrapsSecret"),
                rule(
                        base -> new HouseRules(base).threadsAreMadeOnlyByTheDoorAndMain(),
                        "MakesThread",
                        "MakesVirtualThread",
                        "MakesExecutor",
                        "BorrowsCommonPool"),
                rule(base -> new HouseRules(base).nothingSleeps(), "Sleeps"),
                rule(
                        base -> new HouseRules(base).secretsAreNeverStrings(),
                        "StringToken.accessToken",
                        "StringToken.verifier"),
                rule(base -> new HouseRules(base).everyPackageIsNullMarked(), "wrong.util"),
                rule(base -> new HouseRules(base).namesSayWhatThingsAre(), "StringUtils"),
                rule(base -> new HouseRules(base).classesAreFinalOrSealed(), "CouldBeExtended"));
    }

    private static Arguments rule(Function<String, ArchRule> rule, String... found) {
        String name = rule.apply(PRODUCT).getDescription();
        return Arguments.of(Named.of(name, rule), List.of(found));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theProductKeeps(Function<String, ArchRule> rule, List<String> unused) {
        rule.apply(PRODUCT).check(MAIN);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void wrongClassesBreak(Function<String, ArchRule> rule, List<String> found) {
        JavaClasses wrong = TESTS.that(resideInAPackage(WRONG + ".."));

        var report = rule.apply(WRONG).evaluate(wrong).getFailureReport().toString();

        assertThat(report).contains(found);
    }

    /** A measurement lasts as long as it is told to: benchmarks are no tests. */
    @Test
    void noTestSleeps() {
        JavaClasses tests = TESTS.that(not(resideInAnyPackage(WRONG + "..", PRODUCT + ".bench..")));

        assertThat(tests).isNotEmpty();
        new HouseRules(PRODUCT).nothingSleeps().check(tests);
    }
}
