package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import dev.sidekey.fakes.RawClient;
import java.util.ArrayList;
import java.util.regex.Pattern;

/**
 * Agents that each make their first call on a connection of its own, all before any is answered. A
 * process of its own: the connections' other ends take descriptors too.
 */
final class ManyAgents {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final int PATIENCE_MILLIS = 120_000;

    private ManyAgents() {}

    /**
     * Takes Sidekey's port and how many they are; prints when all have asked, and what they got.
     */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int number = Integer.parseInt(arguments[1]);
        var body = RunningSidekey.toolCall("echo");
        var request =
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(port, body.length(), body);
        var agents = new ArrayList<RawClient>();
        for (int i = 0; i < number; i++) {
            var agent = new RawClient(port);
            agent.socket().setSoTimeout(PATIENCE_MILLIS);
            agent.write(request);
            agents.add(agent);
        }
        System.out.println("asked");
        int answered = 0;
        for (var agent : agents) {
            answered += isAnswered(agent) ? 1 : 0;
        }
        System.out.println("answered " + answered);
    }

    private static boolean isAnswered(RawClient agent) throws Exception {
        var head = agent.readHead();
        var length = LENGTH.matcher(head);
        var body = length.find() ? agent.read(Integer.parseInt(length.group(1))) : "";
        var good = head.startsWith("HTTP/1.1 200") && body.contains("\"result\"");
        if (!good) {
            System.out.println(head + body);
        }
        return good;
    }
}
