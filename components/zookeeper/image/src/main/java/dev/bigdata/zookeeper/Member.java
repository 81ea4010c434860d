package dev.bigdata.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/** One member of the ensemble, spoken to by itself. */
final class Member {
  private static final int SESSION_MILLISECONDS = 10_000;
  private static final int CONNECT_MILLISECONDS = 2_000;

  private final String address;

  /**
   * @param address {@code host:port}
   */
  Member(String address) {
    this.address = address;
  }

  String host() {
    return address.substring(0, address.lastIndexOf(':'));
  }

  boolean isReached() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host(), port()), CONNECT_MILLISECONDS);
      return true;
    } catch (IOException failure) {
      return false;
    }
  }

  /** {@code leader}, {@code follower} or {@code standalone}, as the member says itself. */
  String mode() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host(), port()), CONNECT_MILLISECONDS);
      socket.setSoTimeout(SESSION_MILLISECONDS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer
          .lines()
          .filter(line -> line.startsWith("Mode: "))
          .map(line -> line.substring("Mode: ".length()))
          .findFirst()
          .orElseThrow(() -> new CheckFailure(address + " serves no requests: " + answer.strip()));
    } catch (IOException failure) {
      throw new CheckFailure(address + " cannot be reached: " + failure);
    }
  }

  private int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** A session with this member, which has caught up with its leader: without that a read may be older than a write. */
  ZooKeeper connect() throws IOException, InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper client =
        new ZooKeeper(
            address,
            SESSION_MILLISECONDS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    await(connected, address + " accepts no session");
    CountDownLatch synced = new CountDownLatch(1);
    client.sync("/", (code, path, context) -> synced.countDown(), null);
    await(synced, address + " does not catch up with its leader");
    return client;
  }

  /** Waits; how long that may take, whoever runs the check decides. */
  private static void await(CountDownLatch done, String missing) throws InterruptedException {
    while (!done.await(SESSION_MILLISECONDS, TimeUnit.MILLISECONDS)) {
      System.out.println("not yet: " + missing);
    }
  }

  @Override
  public String toString() {
    return address;
  }
}
