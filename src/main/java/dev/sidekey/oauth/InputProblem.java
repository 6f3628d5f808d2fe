package dev.sidekey.oauth;

/**
 * Why an input of the operator's cannot be used, so that no request was sent. No secret.
 *
 * @param setting the key below the upstream, such as {@code assertion.file}
 * @param problem goes on after the setting and names the file, such as {@code /x cannot be read}
 * @param remedy a sentence
 */
public record InputProblem(String setting, String problem, String remedy) {}
