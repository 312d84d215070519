package dev.sluice.compiler.service;

/// One of a Provider's credentials, checked.
///
/// @param name of the credential
/// @param source where its value comes from
public record AccountPlan(String name, long weight, CredentialPlan source) {}
