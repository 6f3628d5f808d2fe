package dev.sidekey.bench;

import dev.sidekey.bench.Report.Column;
import java.io.IOException;
import java.util.List;

/** All that was measured, as tables and pictures. */
final class Tables {
    private final Report report;

    Tables(Report report) {
        this.report = report;
    }

    void write(Figures calls, Figures secured, Figures events, Figures starts) throws IOException {
        report.table(
                "Calls",
                "processor time a call, in microseconds",
                calls,
                List.of(
                        new Column(CallBench.ONE, "1 connection"),
                        new Column(CallBench.MANY, "32 connections"),
                        new Column(CallBench.LARGE, "64 KiB"),
                        new Column(CallBench.RATE, "calls/s, all on one processor"),
                        new Column(SetupBench.CPU, "on a connection of its own"),
                        new Column(SetupBench.RATE, "such connections/s")));
        report.picture("call.svg", "CPU a call, 32 connections, us", calls, CallBench.MANY, 120);
        report.picture("large.svg", "CPU a call of 64 KiB, us", calls, CallBench.LARGE, 300);
        report.table(
                "At 1,000 calls a second",
                "time of a call, in microseconds",
                calls,
                List.of(
                        new Column(CallBench.P50, "p50"),
                        new Column(CallBench.P99, "p99"),
                        new Column(CallBench.P999, "p99.9")));
        report.table(
                "A server with TLS",
                "processor time a call, in microseconds",
                secured,
                List.of(
                        new Column(CallBench.MANY, "32 connections"),
                        new Column(CallBench.LARGE, "64 KiB"),
                        new Column(CallBench.RATE, "calls/s")));
        report.table(
                "Event streams",
                "processor time an event, in microseconds",
                events,
                List.of(
                        new Column(EventBench.FEW, "100 streams"),
                        new Column(EventBench.MANY, "1,000 streams"),
                        new Column(EventBench.EVENTS, "most events/s"),
                        new Column(EventBench.P50, "late by, p50"),
                        new Column(EventBench.P99, "p99")));
        report.picture("event.svg", "CPU an event, 1,000 streams, us", events, EventBench.MANY, 60);
        report.table(
                "Memory",
                "resident, in MiB",
                events,
                List.of(
                        new Column(EventBench.IDLE, "idle"),
                        new Column(EventBench.OWN, "and no file's"),
                        new Column(EventBench.THOUSAND, "1,000 idle streams"),
                        new Column(EventBench.OWN_THOUSAND, "and no file's"),
                        new Column(EventBench.FURTHER, "each further stream, KiB")));
        report.picture(
                "stream.svg",
                "Memory of an idle event stream, KiB",
                events,
                EventBench.FURTHER,
                40);
        report.table(
                "Start to first answer",
                "of the image's options",
                starts,
                List.of(
                        new Column(StartBench.WALL, "wall, ms"),
                        new Column(StartBench.CPU, "CPU, ms")));
    }
}
