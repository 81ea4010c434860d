package dev.bigdata.kafka;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/**
 * Starts a broker and runs the check in this one process, so that the Java runtime can archive the classes that both load: see
 * {@code -XX:ArchiveClassesAtExit} in the Dockerfile.
 *
 * <p>Argument: an empty folder.
 */
public final class Rehearsal {
  private static final int PATIENCE_SECONDS = 120;

  private Rehearsal() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path logging =
        Files.writeString(
            folder.resolve("log4j.properties"),
            """
            log4j.rootLogger=ERROR, console
            log4j.appender.console=org.apache.log4j.ConsoleAppender
            log4j.appender.console.layout=org.apache.log4j.PatternLayout
            log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %-5p %c{1} - %m%n
            """);
    System.setProperty("log4j.configuration", logging.toUri().toString());
    InetAddress local = InetAddress.getLoopbackAddress();
    NIOServerCnxnFactory zookeeper = new NIOServerCnxnFactory();
    zookeeper.configure(new InetSocketAddress(local, 0), 0);
    zookeeper.startup(
        new ZooKeeperServer(folder.resolve("snapshots").toFile(), folder.resolve("log").toFile(), 2000));
    int port = freePort(local);
    String address = local.getHostAddress() + ":" + port;
    Path settings =
        Files.writeString(
            folder.resolve("server.properties"),
            """
            broker.id=0
            listeners=PLAINTEXT://%s
            zookeeper.connect=%s:%d/kafka
            log.dirs=%s
            offsets.topic.replication.factor=1
            zookeeper.connection.timeout.ms=120000
            zookeeper.session.timeout.ms=60000
            """
                .formatted(address, local.getHostAddress(), zookeeper.getLocalPort(), folder.resolve("records")));
    int readiness = freePort(local);
    Thread broker = new Thread(() -> startBroker(readiness, settings));
    broker.setDaemon(true);
    broker.start();
    try {
      awaitPort(local, port);
      awaitReadiness(URI.create("http://%s:%d/ready".formatted(local.getHostAddress(), readiness)));
      new ReplicationCheck(address, (short) 1).run();
    } catch (Exception failure) {
      // A rehearsal on a busy machine proves nothing: what was not reached is only not archived.
      System.out.println("The rehearsal ended early: " + failure);
    }
    System.exit(0);
  }

  private static void startBroker(int readiness, Path settings) {
    try {
      Broker.main(new String[] {Integer.toString(readiness), "1000000", settings.toString()});
    } catch (Exception failure) {
      failure.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void awaitReadiness(URI address) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (((HttpURLConnection) address.toURL().openConnection()).getResponseCode() != 200) {
      if (System.nanoTime() > deadline) {
        throw new IOException("The broker is not ready in time");
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static int freePort(InetAddress local) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, local)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitPort(InetAddress local, int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (Socket socket = new Socket(local, port)) {
        return;
      } catch (IOException refused) {
        if (System.nanoTime() > deadline) {
          throw refused;
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }
}
