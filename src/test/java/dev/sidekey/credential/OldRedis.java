package dev.sidekey.credential;

import dev.sidekey.fakes.RawServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** What says that it is Redis 5.0.14: it knows no HELLO. */
public final class OldRedis {
    private static final String INFO =
            "# Server\r\nredis_version:5.0.14\r\nredis_mode:standalone\r\n";

    private OldRedis() {}

    /** Starts one. */
    public static RawServer start() {
        return RawServer.start(OldRedis::answer);
    }

    private static void answer(RawServer.Connection connection) throws Exception {
        var in = connection.socket().getInputStream();
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            lines.readLine(); // the length of the command
            var command = lines.readLine();
            for (int i = 1; i < Integer.parseInt(line.substring(1)); i++) {
                lines.readLine();
                lines.readLine();
            }
            connection.write(
                    switch (command) {
                        case "HELLO" -> "-ERR unknown command\r\n";
                        case "INFO" -> "$" + INFO.length() + "\r\n" + INFO + "\r\n";
                        default -> "+OK\r\n";
                    });
        }
    }
}
