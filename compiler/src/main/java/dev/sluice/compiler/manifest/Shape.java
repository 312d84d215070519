package dev.sluice.compiler.manifest;

import dev.sluice.crds.NotYet;
import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a class of records is made of, found out once: the JDK makes its answers anew each time,
/// and a world has tens of thousands of records.
public final class Shape {

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return new Shape(type);
        }
      };

  private final List<Field> fields;
  private final List<String> names;
  private final Constructor<?> constructor;

  private Shape(Class<?> type) {
    var components = type.getRecordComponents();
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      constructor = type.getDeclaredConstructor(types);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("BUG: cannot make a " + type.getSimpleName(), e);
    }
    fields = Arrays.stream(components).map(Field::of).toList();
    names = fields.stream().map(Field::name).toList();
  }

  /// @param type of records
  public static Shape of(Class<?> type) {
    return SHAPES.get(type);
  }

  /// In the order of their declaration.
  public List<Field> fields() {
    return fields;
  }

  List<String> names() {
    return names;
  }

  /// @param arguments one for each field
  Object make(List<@Nullable Object> arguments) {
    try {
      return constructor.newInstance(arguments.toArray());
    } catch (ReflectiveOperationException e) {
      var type = constructor.getDeclaringClass().getSimpleName();
      throw new IllegalStateException("BUG: cannot make a " + type, e);
    }
  }

  /// @param nullable whether it may be absent, in a manifest
  /// @param notYet whether nothing reads it yet
  /// @param items how many it may have; null where that is not said
  /// @param text what its text is like; null where that is not said
  public record Field(
      String name,
      Class<?> type,
      Type genericType,
      boolean nullable,
      boolean notYet,
      @Nullable Items items,
      @Nullable Is text,
      Method accessor) {

    private static Field of(RecordComponent component) {
      return new Field(
          component.getName(),
          component.getType(),
          component.getGenericType(),
          component.getAnnotatedType().isAnnotationPresent(Nullable.class),
          component.isAnnotationPresent(NotYet.class),
          component.getAnnotation(Items.class),
          component.getAnnotatedType().getAnnotation(Is.class),
          component.getAccessor());
    }

    public @Nullable Object of(Record content) {
      try {
        return accessor.invoke(content);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("BUG: cannot read " + accessor, e);
      }
    }
  }
}
