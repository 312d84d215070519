package dev.sluice.compiler.manifest;

import dev.sluice.crds.Metadata;

/// A core Namespace as it is written: its labels say whose references are allowed.
record NamespaceManifest(Metadata metadata) {}
