package dev.sidekey.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a record component is in {@code sidekey.yaml}. The loader, the JSON Schema and
 * docs/configuration.md are all made from these.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

    /** One sentence for the reference. */
    String doc();

    /** The value when nothing is said, as it would be written; empty for none. */
    String fallback() default "";

    /** Whether a running Sidekey takes on another value; else a restart does. */
    boolean live() default false;

    /** The key; empty for the component's name in kebab case. */
    String key() default "";
}
