package dev.sidekey.oauth;

import dev.sidekey.address.TrustedRoots;
import java.net.URI;
import java.util.List;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** One client for plain HTTP and one for TLS, made when the first server wants it. */
final class OAuthClients {
    private final TrustedRoots roots;
    private final OkHttpClient plain;
    private @Nullable OkHttpClient secure;

    OAuthClients(OkHttpClient.Builder common, TrustedRoots roots) {
        this.roots = roots;
        this.plain = common.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT)).build();
    }

    /**
     * The client of a location, for one request.
     *
     * @param tls shown to a server that asks for a certificate; null for none
     */
    OkHttpClient.Builder of(URI location, @Nullable ClientTls tls) {
        if (!"https".equalsIgnoreCase(location.getScheme())) {
            return plain.newBuilder();
        }
        var once = secure().newBuilder();
        return tls == null
                ? once
                : once.sslSocketFactory(tls.sockets(roots.manager()), roots.manager());
    }

    /** Reads the roots the first time. */
    private synchronized OkHttpClient secure() {
        var made = secure;
        if (made == null) {
            made =
                    plain.newBuilder()
                            .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
                            .sslSocketFactory(roots.sockets(), roots.manager())
                            .build();
            secure = made;
        }
        return made;
    }
}
