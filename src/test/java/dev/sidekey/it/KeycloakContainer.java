package dev.sidekey.it;

import com.github.dockerjava.api.model.Bind;
import dev.sidekey.TestConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Keycloak in a container, with the realm of {@link KeycloakServer}. {@code
 * -Dsidekey.keycloak-image=quay.io/keycloak/keycloak:26.7.3} takes the public image; else the zip
 * of Maven Central runs on the image's JDK, since a registry may be out of reach.
 */
final class KeycloakContainer extends GenericContainer<KeycloakContainer> {
    private static final String IMAGE = System.getProperty("sidekey.keycloak-image", "");

    private final int port;

    private KeycloakContainer(String image, int port) {
        super(DockerImageName.parse(image));
        this.port = port;
    }

    /**
     * Starts one on a free port of this machine.
     *
     * @param audience what tokens with the scope mcp:read are for
     */
    static KeycloakContainer start(Path work, String audience)
            throws IOException, InterruptedException {
        var realm = Path.of("src", "test", "resources", "keycloak", "realm.json");
        var imported = work.resolve("realm.json");
        Files.writeString(imported, Files.readString(realm).replace("AUDIENCE", audience));
        var container =
                new KeycloakContainer(
                        IMAGE.isEmpty() ? "sidekey-jdk:25" : IMAGE, TestConfig.freePort());
        var binds = new ArrayList<Bind>();
        binds.add(Bind.parse(imported + ":/opt/keycloak/data/import/realm.json:ro"));
        if (IMAGE.isEmpty()) {
            binds.add(Bind.parse(KeycloakServer.unpacked() + ":/opt/keycloak"));
        }
        // not withFileSystemBind: it first tries out a mount, with an image that it would have to
        // pull
        container
                .withCreateContainerCmdModifier(command -> {
                    command.getHostConfig().withBinds(binds);
                    command.withEntrypoint("/opt/keycloak/bin/kc.sh");
                })
                .withNetworkMode("host")
                .withEnv("JAVA_OPTS_APPEND", "-Xmx512m")
                .withCommand(
                        "start-dev",
                        "--http-host=127.0.0.1",
                        "--http-port=" + container.port,
                        "--http-management-port=" + TestConfig.freePort(),
                        "--cache=local",
                        "--db=dev-mem",
                        "--import-realm")
                .start();
        var ready = URI.create(container.issuer() + "/.well-known/openid-configuration");
        AdminPerson.await(ready, answer -> answer.statusCode() == 200, Duration.ofMinutes(4));
        return container;
    }

    String issuer() {
        return "http://127.0.0.1:" + port + "/realms/mcp";
    }
}
