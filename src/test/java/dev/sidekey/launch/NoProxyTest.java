package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a command reaches without Sidekey. */
class NoProxyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    -                        | https://mcp.example.com/mcp | localhost,127.0.0.1,::1
                    corp.example,10.0.0.0/8  | https://mcp.example.com/mcp | localhost,127.0.0.1,::1,corp.example,10.0.0.0/8
                    .example.com  other.test | https://mcp.example.com/mcp | localhost,127.0.0.1,::1,other.test
                    *                        | https://mcp.example.com/mcp | localhost,127.0.0.1,::1
                    mcp.example.com:8443     | https://mcp.example.com/mcp | localhost,127.0.0.1,::1,mcp.example.com:8443
                    mcp.example.com:443      | https://mcp.example.com/mcp | localhost,127.0.0.1,::1
                    10.0.0.0/8               | https://10.1.2.3/mcp        | localhost,127.0.0.1,::1
                    localhost,corp.example   | http://localhost:3000/mcp   | corp.example
                    -                        | http://[::1]:3000/mcp       | ''
                    """)
    void noExceptionReachesAnUpstream(String inherited, String upstream, String list) {
        var environment =
                inherited == null ? Map.<String, String>of() : Map.of("no_proxy", inherited);

        assertThat(NoProxy.of(environment, List.of(URI.create(upstream)), List.of()).list())
                .isEqualTo(list);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    .example.com     | *.example.com     | localhost,127.0.0.1,::1
                    example.com      | *.example.com     | localhost,127.0.0.1,::1
                    *                | *.example.com     | localhost,127.0.0.1,::1
                    api.example.com  | api.example.com   | localhost,127.0.0.1,::1
                    one.example.com  | *.example.com     | localhost,127.0.0.1,::1,one.example.com
                    corp.example     | 10.0.0.0/8        | localhost,127.0.0.1,::1,corp.example
                    """)
    void noExceptionTakesInAWholePattern(String inherited, String pattern, String list) {
        var environment = Map.of("no_proxy", inherited);

        assertThat(NoProxy.of(environment, List.of(), List.of(pattern)).list()).isEqualTo(list);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    localhost,127.0.0.1,::1 ; localhost|*.localhost|127.*|[::1]
                    corp.example            ; corp.example|*.corp.example
                    .corp.example           ; *.corp.example
                    *.corp.example          ; *.corp.example
                    10.0.0.0/8,host:80      ; ''
                    """)
    void aJvmGetsWhatItUnderstands(String list, String patterns) {
        assertThat(new NoProxy(List.of(list.split(","))).patterns()).isEqualTo(patterns);
    }
}
