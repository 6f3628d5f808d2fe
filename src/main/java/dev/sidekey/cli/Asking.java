package dev.sidekey.cli;

import dev.sidekey.config.SidekeyConfig;

/**
 * Finds the Sidekey to ask: the one that runs on the state directory, else one made for the
 * purpose.
 */
final class Asking {
    private Asking() {}

    /** Work that asks. */
    @FunctionalInterface
    interface Question {
        int ask(AdminClient client) throws Exception;
    }

    static int ask(Launcher launcher, SidekeyConfig config, Question question) throws Exception {
        var running = RunFile.read(config.stateDir());
        return running != null
                ? question.ask(new AdminClient(running, config.adminToken()))
                : launcher.beside(
                        config, admin -> question.ask(new AdminClient(admin, config.adminToken())));
    }
}
