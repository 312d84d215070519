package dev.sluice.mcp.serve;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.serve.answer.Scope;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.util.Optional;

/// Who has come in, and to what.
record Entered(Admitted admitted, Caller.Narrowing narrowing, Scope scope) {

  ObjectName key() {
    return admitted.key().name();
  }

  Caller caller(Optional<String> session, ClientProfile client) {
    return new Caller(admitted, session, client, narrowing);
  }
}
