package dev.sidekey.architecture.wrong.credential;

class CouldBeExtended {}
