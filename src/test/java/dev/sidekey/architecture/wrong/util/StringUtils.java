package dev.sidekey.architecture.wrong.util;

final class StringUtils {}
