package dev.bigdata.nifi;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A web server in the check's own pod, where the flow delivers. */
final class Sink implements AutoCloseable {
  private static final int PORT = 8080;

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final String path;

  /**
   * @param path that it serves, with a slash in front
   */
  Sink(String path) throws IOException {
    this.path = path;
    server = HttpServer.create(new InetSocketAddress(PORT), 0);
    server.createContext(
        path,
        exchange -> {
          received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  /** The URL that other pods reach it by. */
  String url() throws IOException {
    return "http://" + InetAddress.getLocalHost().getHostAddress() + ":" + PORT + path;
  }

  /** Everything delivered so far, in order. */
  List<String> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
