package dev.sluice.compiler.rules;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.compiler.problem.Shown;
import dev.sluice.compiler.problem.Source;
import java.util.ArrayList;
import java.util.List;

/// The problems found so far in one object.
public final class Complaints {

  private final Source source;
  private final List<Problem> problems = new ArrayList<>();

  public Complaints(Source source) {
    this.source = source;
  }

  public void add(String field, Fault fault) {
    problems.add(source.problem(field, fault));
  }

  public void unexpected(String field, String value, String expected) {
    add(field, new Fault.Unexpected(Shown.text(value), expected));
  }

  public void unresolved(String field, String value, String expected) {
    add(field, new Fault.Unresolved(Shown.text(value), expected));
  }

  /// Of what is valid, as a warning.
  public void vain(String field, String value, String why) {
    add(field, new Fault.Ineffective(Shown.text(value), why));
  }

  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  public Source source() {
    return source;
  }
}
