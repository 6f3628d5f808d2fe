package dev.sidekey.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** What every class keeps to, whatever its room. */
final class HouseRules {
    private static final Set<String> SECRET_ENDINGS = Set.of("token", "secret", "code", "verifier");

    private final String base;

    HouseRules(String base) {
        this.base = base;
    }

    /** Two thread worlds, one door: only the threads room and Main make threads. */
    ArchRule threadsAreMadeOnlyByTheDoorAndMain() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(base, base + ".threads..")
                .should()
                .accessTargetWhere(describe("a thread is made", HouseRules::makesAThread))
                .allowEmptyShould(true)
                .as("threads are made only by the threads room and Main");
    }

    private static boolean makesAThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        if (owner.isAssignableTo(Thread.class)) {
            return Set.of("<init>", "ofVirtual", "ofPlatform", "startVirtualThread").contains(name);
        }
        if (owner.isEquivalentTo(Executors.class) || owner.isAssignableTo(ForkJoinPool.class)) {
            return true;
        }
        if (owner.isAssignableTo(java.util.Timer.class)) {
            return name.equals("<init>");
        }
        return owner.isAssignableTo(CompletionStage.class)
                && name.endsWith("Async")
                && !takesAnExecutor(access);
    }

    /** Without one, {@code …Async} runs on the common pool, whose threads nobody here owns. */
    private static boolean takesAnExecutor(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget unit
                && unit.getRawParameterTypes().stream()
                        .anyMatch(type -> type.isAssignableTo(Executor.class));
    }

    /** A test that sleeps is slow when it passes and flaky when it fails. */
    ArchRule nothingSleeps() {
        return noClasses()
                .should()
                .callMethodWhere(
                        describe(
                                "it sleeps",
                                call ->
                                        call.getName().equals("sleep")
                                                && (call.getTargetOwner()
                                                                .isAssignableTo(Thread.class)
                                                        || call.getTargetOwner()
                                                                .isEquivalentTo(TimeUnit.class))))
                .allowEmptyShould(true)
                .as("nothing sleeps");
    }

    /** A String is printed by the first record's toString; a Secret is not (T10). */
    ArchRule secretsAreNeverStrings() {
        return noFields()
                .that(describe("hold state", field -> !isConstant(field)))
                .and(describe("are named like a secret", HouseRules::soundsSecret))
                .should()
                .haveRawType(String.class)
                .allowEmptyShould(true)
                .as("token, secret, code and verifier are Secret, never String");
    }

    private static boolean isConstant(JavaField field) {
        return field.getModifiers().contains(JavaModifier.STATIC);
    }

    private static boolean soundsSecret(JavaField field) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        return SECRET_ENDINGS.stream().anyMatch(name::endsWith);
    }

    /** A package without the mark is one NullAway does not look at. */
    ArchRule everyPackageIsNullMarked() {
        return classes()
                .should(
                        new ArchCondition<JavaClass>("live in a @NullMarked package") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                boolean marked =
                                        type.getPackage().isAnnotatedWith(NullMarked.class);
                                String message =
                                        "package %s has no package-info.java with @NullMarked"
                                                .formatted(type.getPackageName());
                                events.add(new SimpleConditionEvent(type, marked, message));
                            }
                        })
                .as("every package is null-marked");
    }

    /** Rooms and types have names from the road or from the RFCs. */
    ArchRule namesSayWhatThingsAre() {
        var rooms = Stream.of("util", "common", "helper", "manager", "impl", "service", "core");
        return noClasses()
                .should()
                .resideInAnyPackage(
                        rooms.map(name -> base + ".." + name + "..").toArray(String[]::new))
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .orShould()
                .haveNameMatching(".*(Utils?|Helper|Manager|Impl)")
                .as("names say what things are");
    }

    /** Composition: what may be extended says by whom. */
    ArchRule classesAreFinalOrSealed() {
        return classes()
                .that(describe("could be extended", HouseRules::isOrdinary))
                .should(
                        new ArchCondition<JavaClass>("be final or sealed") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                boolean closed =
                                        type.getModifiers().contains(JavaModifier.FINAL)
                                                || type.reflect().isSealed();
                                String message = type.getName() + " is neither final nor sealed";
                                events.add(new SimpleConditionEvent(type, closed, message));
                            }
                        })
                .allowEmptyShould(true)
                .as("classes are final or sealed");
    }

    private static boolean isOrdinary(JavaClass type) {
        return !type.isInterface()
                && !type.isEnum()
                && !type.isRecord()
                && !type.isAnonymousClass()
                && !type.getSimpleName().equals("package-info");
    }
}
