package dev.bigdata.zookeeper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * Starts an ensemble and runs the check in this one process, so that the Java runtime can archive the classes that both load: see
 * {@code -XX:ArchiveClassesAtExit} in the Dockerfile.
 *
 * <p>Argument: an empty folder.
 */
public final class Rehearsal {
  private static final int MEMBERS = 3;
  private static final int PORTS_OF_A_MEMBER = 3;

  private Rehearsal() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path logging =
        Files.writeString(
            folder.resolve("logback.xml"),
            """
            <configuration>
              <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{ISO8601} %-5level %logger{0} - %msg%n</pattern></encoder>
              </appender>
              <root level="ERROR"><appender-ref ref="console"/></root>
            </configuration>
            """);
    System.setProperty("logback.configurationFile", logging.toString());
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    List<Integer> ports = freePorts(MEMBERS * PORTS_OF_A_MEMBER);
    StringBuilder ensemble = new StringBuilder();
    String[] members = new String[MEMBERS];
    for (int member = 0; member < MEMBERS; member++) {
      int port = member * PORTS_OF_A_MEMBER;
      members[member] = host + ":" + ports.get(port);
      ensemble.append(
          "server.%d=%s:%d:%d%n".formatted(member + 1, host, ports.get(port + 1), ports.get(port + 2)));
    }
    for (int member = 0; member < MEMBERS; member++) {
      start(folder.resolve("member-" + member), member + 1, ports.get(member * PORTS_OF_A_MEMBER), ensemble.toString());
    }
    try {
      EnsembleCheck.check(members);
    } catch (Exception failure) {
      // A rehearsal on a busy machine proves nothing: what was not reached is only not archived.
      System.out.println("The rehearsal ended early: " + failure);
    }
    System.exit(0);
  }

  private static void start(Path data, int id, int port, String ensemble) throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve("myid"), Integer.toString(id));
    Path settings =
        Files.writeString(
            data.resolve("zoo.cfg"),
            """
            clientPort=%d
            dataDir=%s
            tickTime=2000
            initLimit=10
            syncLimit=5
            autopurge.purgeInterval=24
            admin.enableServer=false
            standaloneEnabled=false
            reconfigEnabled=true
            4lw.commands.whitelist=ruok,srvr,mntr
            """
                    .formatted(port, data)
                + ensemble);
    Thread member = new Thread(() -> QuorumPeerMain.main(new String[] {settings.toString()}));
    member.setDaemon(true);
    member.start();
  }

  /** Ports that are free now, all different because all are held until the last is found. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int index = 0; index < count; index++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
