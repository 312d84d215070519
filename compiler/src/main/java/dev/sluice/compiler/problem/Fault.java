package dev.sluice.compiler.problem;

import org.jspecify.annotations.Nullable;

/// What is wrong with a field.
public sealed interface Fault {

  /// The sentence's end, after the field's name.
  String text();

  /// A value that cannot stand here.
  record Unexpected(String value, String expected) implements Fault {
    @Override
    public String text() {
      return value + " (expected: " + expected + ")";
    }
  }

  /// A reference that leads to nothing, or to nothing that is in force.
  record Unresolved(String value, String expected) implements Fault {
    @Override
    public String text() {
      return value + " (expected: " + expected + ")";
    }
  }

  /// A reference to another namespace that does not let this one refer to it, or has nothing of
  /// this name: the two are told alike.
  record NotPermitted(String value, String expected) implements Fault {
    @Override
    public String text() {
      return value + " (expected: " + expected + ")";
    }
  }

  /// What another object has, and had first.
  record Taken(String value, String expected) implements Fault {
    @Override
    public String text() {
      return value + " (expected: " + expected + ")";
    }
  }

  /// A required field that is absent.
  record Missing(String expected) implements Fault {
    @Override
    public String text() {
      return "missing (expected: " + expected + ")";
    }
  }

  /// A field that does not exist; `nearest` is the one that was probably meant.
  record UnknownField(@Nullable String nearest) implements Fault {
    @Override
    public String text() {
      return nearest == null ? "unknown field" : "unknown field (did you mean " + nearest + "?)";
    }
  }

  /// A field of the API that is not enforced yet.
  record NotSupportedYet() implements Fault {
    @Override
    public String text() {
      return "not supported yet";
    }
  }

  /// What is valid, and yet changes nothing as the other objects are. It is a warning: the object
  /// is in force.
  record Ineffective(String value, String why) implements Fault {
    @Override
    public String text() {
      return value + " has no effect: " + why;
    }
  }

  /// A key that is valid, and yet may use no model as the other objects are. It is a warning too.
  record NothingAllowed(String why) implements Fault {
    @Override
    public String text() {
      return "may use no model: " + why;
    }
  }

  /// Text that cannot be read at all.
  record Unreadable(String sentence) implements Fault {
    @Override
    public String text() {
      return sentence;
    }
  }
}
