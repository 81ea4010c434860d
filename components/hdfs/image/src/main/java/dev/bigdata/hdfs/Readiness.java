package dev.bigdata.hdfs;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Tells over HTTP whether a server of this JVM is ready, so that a probe costs neither a process nor a parsed report.
 *
 * <p>Every GET is answered with 200 if it is, with 503 if it is not.
 */
final class Readiness {
  static final int OK = 200;
  static final int UNAVAILABLE = 503;
  static final int NO_BODY = -1;

  private Readiness() {}

  /** Answers on a port of all addresses until the JVM ends. */
  static HttpServer serve(int port, BooleanSupplier ready) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    // Two namenodes ask each other while they answer.
    server.setExecutor(Executors.newCachedThreadPool(Readiness::daemon));
    answer(server, "/", ready);
    server.start();
    return server;
  }

  private static Thread daemon(Runnable answer) {
    Thread thread = new Thread(answer, "Answers");
    thread.setDaemon(true);
    return thread;
  }

  /** Answers on one more path. */
  static void answer(HttpServer server, String path, BooleanSupplier ready) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(ready.getAsBoolean() ? OK : UNAVAILABLE, NO_BODY);
          exchange.close();
        });
  }
}
