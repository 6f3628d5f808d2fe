package dev.sidekey.admin;

/** What the admin listener says to a request. May block; runs on virtual threads. */
interface Answers {
    AdminAnswer answer(AdminRequest request);

    /**
     * While the store is not open yet: alive, not ready, and nothing else. A store that cannot be
     * reached holds the rest up for as long as it likes.
     */
    static AdminAnswer whileStarting(AdminRequest request) {
        return switch (request.path()) {
            case "/healthz" -> AdminAnswer.text(200, "ok");
            case "/readyz", "/startupz" ->
                    AdminAnswer.text(503, "the credential store cannot be used yet; see the log");
            default -> AdminAnswer.text(503, "Sidekey is starting.").with("retry-after", "1");
        };
    }
}
