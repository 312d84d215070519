package dev.sluice.standalone.manifests;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.manifest.World;

/// The policy in force, and the manifests that it was compiled from.
public record InForce(World world, Compilation compilation) {}
