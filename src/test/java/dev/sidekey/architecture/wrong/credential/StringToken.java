package dev.sidekey.architecture.wrong.credential;

record StringToken(String accessToken, String verifier) {}
