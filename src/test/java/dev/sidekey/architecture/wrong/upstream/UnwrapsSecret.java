package dev.sidekey.architecture.wrong.upstream;

import dev.sidekey.architecture.wrong.oauth.Secret;

final class UnwrapsSecret {
    String show(Secret secret) {
        return secret.reveal();
    }
}
