package dev.sidekey.architecture.wrong.exchange;

import okhttp3.OkHttpClient;

record SpeaksHttp(OkHttpClient client) {}
