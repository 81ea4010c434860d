package dev.bigdata.hbase;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Answers the kubelet's questions over HTTP, so that none costs a process.
 *
 * <p>GET of {@code /} gives 200 if a server of this JVM is ready and 503 if it is not. GET of {@code /drain} gives 200 when the server
 * may be stopped, however long that takes.
 */
final class Readiness {
  private static final int DONE = 200;
  private static final int NOT_READY = 503;
  private static final int NO_BODY = -1;

  private final HttpServer server;

  /** Answers on a port of all addresses until the JVM ends. */
  Readiness(int port, BooleanSupplier ready) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    // A question that takes long keeps no other one waiting.
    server.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              var thread = new Thread(work, "readiness");
              thread.setDaemon(true);
              return thread;
            }));
    answer("/", () -> ready.getAsBoolean() ? DONE : NOT_READY);
    server.start();
  }

  /** What a server does before it is stopped. */
  void drainBy(Runnable drain) {
    answer(
        "/drain",
        () -> {
          drain.run();
          return DONE;
        });
  }

  private void answer(String path, IntSupplier status) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(status.getAsInt(), NO_BODY);
          }
        });
  }
}
