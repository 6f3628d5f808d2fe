package dev.sidekey.cli;

import dev.sidekey.config.SidekeyConfig;
import java.io.IOException;

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
        var written = RunFile.read(config.stateDir());
        if (written != null) {
            var running = new AdminClient(written, config.adminToken());
            if (answers(running)) {
                return question.ask(running);
            }
        }
        return launcher.beside(
                config, admin -> question.ask(new AdminClient(admin, config.adminToken())));
    }

    /** A killed Sidekey leaves its file behind, and its process id may be another's by now. */
    private static boolean answers(AdminClient client) throws InterruptedException {
        try {
            return client.isHealthy();
        } catch (IOException e) {
            return false;
        }
    }
}
