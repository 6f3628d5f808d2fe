package dev.sidekey.bench;

import java.util.List;

/** What was to be reached, and whether it is. */
final class Targets {
    private static final String US = "Sidekey";
    private static final String PAR = "nginx";

    private final Report report;
    private final Figures calls;
    private final Figures events;
    private final Figures starts;

    Targets(Report report, Figures calls, Figures events, Figures starts) {
        this.report = report;
        this.calls = calls;
        this.events = events;
        this.starts = starts;
    }

    void write() {
        report.say(
                "\n### Targets\n\n| figure | target | with C1, as shipped | with both compilers |");
        report.say("| --- | --- | --- | --- |");
        times("CPU a call, 1 connection", calls, CallBench.ONE, 1);
        times("CPU a call, 32 connections", calls, CallBench.MANY, 1);
        times("CPU a call of 64 KiB", calls, CallBench.LARGE, 1.5);
        times("CPU an event, 1,000 streams", events, EventBench.MANY, 1);
        added();
        var us = "Sidekey in 128m";
        most("RSS, idle", events, us, EventBench.IDLE, 64, "MiB");
        most("of it no file's, idle", events, us, EventBench.OWN, 64, "MiB");
        most("RSS, 1,000 idle streams", events, us, EventBench.THOUSAND, 96, "MiB");
        most("of it no file's, 1,000", events, us, EventBench.OWN_THOUSAND, 96, "MiB");
        most("each further stream", events, "Sidekey in 512m", EventBench.FURTHER, 5, "KiB");
        most("CPU to the first answer", starts, "with the AOT cache", StartBench.CPU, 300, "ms");
    }

    private void times(String figure, Figures figures, String column, double target) {
        var cells = new StringBuilder();
        for (var row : List.of(US, US + ", both compilers")) {
            var par = figures.of(PAR, column);
            var ours = figures.of(row, column);
            cells.append(" | ");
            if (par.isPresent() && ours.isPresent()) {
                var ratio = ours.getAsDouble() / par.getAsDouble();
                cells.append("%.2f times%s".formatted(ratio, verdict(ratio <= target)));
            }
        }
        report.say("| %s | at most %s times nginx's%s |".formatted(figure, target, cells));
    }

    private void added() {
        var none = calls.of("no proxy", CallBench.P99);
        var par = calls.of(PAR, CallBench.P99);
        var cells = new StringBuilder();
        for (var row : List.of(US, US + ", both compilers")) {
            var ours = calls.of(row, CallBench.P99);
            cells.append(" | ");
            if (par.isPresent() && ours.isPresent() && none.isPresent()) {
                var theirs = par.getAsDouble() - none.getAsDouble();
                var ratio = (ours.getAsDouble() - none.getAsDouble()) / theirs;
                cells.append("%.2f times%s".formatted(ratio, verdict(ratio <= 1.2)));
            }
        }
        report.say("| p99 added at 1,000 calls/s | at most 1.2 times nginx's" + cells + " |");
    }

    private void most(
            String figure, Figures figures, String row, String column, double target, String unit) {
        figures.of(row, column)
                .ifPresent(value ->
                        report.say(
                                "| %s | %s %s | %s %s%s | |"
                                        .formatted(
                                                figure,
                                                Report.number(target),
                                                unit,
                                                Report.number(value),
                                                unit,
                                                verdict(value <= target))));
    }

    private static String verdict(boolean reached) {
        return reached ? "" : " (**not reached**)";
    }
}
