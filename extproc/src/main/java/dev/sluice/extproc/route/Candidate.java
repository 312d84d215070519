package dev.sluice.extproc.route;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;

/// What the provider of a grant is to an asked model.
public sealed interface Candidate {

  /// It does not have the model, or is not in force.
  record Lacking() implements Candidate {
    static final Lacking IT = new Lacking();
  }

  /// It is asked for what another kind of models makes.
  record OtherKind(Model model) implements Candidate {}

  /// A list of the grant or of a team does not let the model pass.
  record Denied(Model model, Globs by) implements Candidate {}

  /// The model has no price there.
  record Unpriced(Model model) implements Candidate {}

  /// It can serve it.
  record Serving(Grant grant, Upstream upstream, Model model, Price price) implements Candidate {

    /// Whether it is the same model at the same provider.
    boolean isSame(Serving other) {
      return upstream.name().equals(other.upstream.name())
          && model.name().equals(other.model.name());
    }
  }
}
