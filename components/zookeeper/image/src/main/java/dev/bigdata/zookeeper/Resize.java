package dev.bigdata.zookeeper;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.zookeeper.ZooKeeper;

/**
 * Tells an ensemble how many members it is to have, and waits until those that are too many have left it: only then may their pods
 * go.
 *
 * <p>Arguments: how many, the name of the StatefulSet and that of its headless Service. The last line of output is a JSON object of
 * facts.
 */
public final class Resize {
  /** Looks, a second apart, after which an ensemble that does not serve and has nobody to leave is let be: it may be in an election. */
  private static final int LOOKS_ALONE = 20;

  private Resize() {}

  public static void main(String[] arguments) {
    CheckProgram.run(() -> resize(Integer.parseInt(arguments[0]), new Pods(arguments[1], arguments[2])));
  }

  private static void resize(int size, Pods pods) throws Exception {
    Ensemble ensemble = new Ensemble(pods);
    String said = "";
    int alone = 0;
    while (true) {
      Optional<Member> member = ensemble.serving(-1);
      List<String> leaving = IntStream.range(size, Pods.MOST).mapToObj(pods::host).filter(Resize::isThere).toList();
      alone = member.isEmpty() && leaving.isEmpty() ? alone + 1 : 0;
      if (alone == LOOKS_ALONE) {
        System.out.printf("{\"members\":%d,\"serving\":false}%n", size);
        return;
      }
      String now = member.isEmpty() ? "no member serves, so none can leave of " + leaving : "asks " + member.get();
      if (member.isPresent()) {
        try (ZooKeeper client = member.get().connect()) {
          Size.decide(client, size);
          Configuration configuration = Ensemble.configuration(client);
          if (configuration.last() < size) {
            System.out.printf("{\"members\":%d,\"serving\":true}%n", configuration.lines().size());
            return;
          }
          now = "waits until it has " + size + " members: " + configuration.lines().keySet();
        } catch (Exception notNow) {
          now = "tries again: " + notNow;
        }
      }
      if (!now.equals(said)) {
        System.out.println(now);
        said = now;
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  /** Whether a pod of that name has an address. */
  private static boolean isThere(String host) {
    try {
      return InetAddress.getByName(host) != null;
    } catch (UnknownHostException absent) {
      return false;
    }
  }
}
