package dev.sidekey.config;

import java.util.List;
import java.util.Map;

/**
 * A provider profile as a person reads it.
 *
 * @param name what {@code profile} calls it
 * @param about one sentence
 * @param issuers patterns of the issuers that it is found by
 * @param hosts patterns of the upstream hosts that it is found by
 * @param settings what it sets, by key
 * @param advice what the operator must do; empty for nothing
 * @param see where the difference is known from
 */
public record ProfileView(
        String name,
        String about,
        List<String> issuers,
        List<String> hosts,
        Map<String, String> settings,
        String advice,
        List<String> see) {}
