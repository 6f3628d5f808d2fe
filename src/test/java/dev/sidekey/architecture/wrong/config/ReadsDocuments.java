package dev.sidekey.architecture.wrong.config;

import dev.sidekey.architecture.wrong.oauth.SpeaksNetty;

record ReadsDocuments(SpeaksNetty document) {}
