package dev.sluice.extproc.envoy;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.flow.RequestFlow;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Envoy's external processor: one call for each request, with two messages at most; and with those
/// of the answer where that is watched, or said in other words.
public final class ProcessorService implements BindableService {

  /// The head and the body; one more, which is the answer's head, or unexpected, and seen. Then one
  /// at a time.
  private static final int MESSAGES_MAX = 3;

  private static final Metadata.Key<String> PHASE =
      Metadata.Key.of(DataPlane.PHASE_METADATA, Metadata.ASCII_STRING_MARSHALLER);

  private final RequestFlow flow;
  private final Executor blocking;
  private final InstantSource clock;
  private final ReplyWriter writer = new ReplyWriter();

  /// @param blocking runs what blocks
  public ProcessorService(RequestFlow flow, Executor blocking, InstantSource clock) {
    this.flow = flow;
    this.blocking = blocking;
    this.clock = clock;
  }

  @Override
  public ServerServiceDefinition bindService() {
    var arrays = new MessageArrays();
    MethodDescriptor<Message, byte[]> method =
        ExternalProcessorGrpc.getProcessMethod().toBuilder(
                new MessageMarshaller(arrays), new ReplyMarshaller())
            .build();
    var service =
        ServiceDescriptor.newBuilder(ExternalProcessorGrpc.SERVICE_NAME).addMethod(method);
    return ServerServiceDefinition.builder(service.build())
        .addMethod(
            method,
            (call, metadata) -> {
              call.request(MESSAGES_MAX);
              call.sendHeaders(new Metadata());
              return listener(metadata.get(PHASE), call, arrays);
            })
        .build();
  }

  private ServerCall.Listener<Message> listener(
      @Nullable String phase, ServerCall<Message, byte[]> call, MessageArrays arrays) {
    return switch (phase) {
      case DataPlane.CLIENT_PHASE ->
          new ClientCall(call, new ClientCall.Service(flow, blocking, clock, arrays));
      case DataPlane.ADMISSION_PHASE -> processor(ProcessorCall.Phase.ADMISSION, call, arrays);
      case DataPlane.ATTEMPT_PHASE -> processor(ProcessorCall.Phase.ATTEMPT, call, arrays);
      case null, default -> processor(ProcessorCall.Phase.REQUEST, call, arrays);
    };
  }

  private ProcessorCall processor(
      ProcessorCall.Phase phase, ServerCall<Message, byte[]> call, MessageArrays arrays) {
    return new ProcessorCall(phase, call, flow, blocking, writer, arrays);
  }
}
