package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** One MCP call with the JDK's client to the URL given. Prints all that it received. */
final class PlainJavaProgram {
    private PlainJavaProgram() {}

    public static void main(String[] arguments) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(arguments[0]))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(RunningSidekey.initialize()))
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, BodyHandlers.ofString());
            System.out.println(
                    answer.version() + " " + answer.statusCode() + " " + answer.headers());
            System.out.println(answer.body());
            System.exit(answer.statusCode() == 200 ? 0 : 1);
        }
    }
}
