package dev.bigdata.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.zookeeper.ZooKeeper;

/** What the members of an ensemble say of it themselves. */
final class Ensemble {
  private final Pods pods;

  Ensemble(Pods pods) {
    this.pods = pods;
  }

  /**
   * A member that serves clients, but that of one pod.
   *
   * @param except number of the pod that is not asked; -1 for none
   */
  Optional<Member> serving(int except) {
    return IntStream.range(0, Pods.MOST)
        .filter(ordinal -> ordinal != except)
        .mapToObj(pods::member)
        .filter(Ensemble::serves)
        .findFirst();
  }

  /** Whether a pod that can only have joined an ensemble runs a server, though it may serve nobody. */
  boolean hasJoiners() {
    return IntStream.range(Pods.FOUNDERS, Pods.MOST).mapToObj(pods::member).anyMatch(Member::isReached);
  }

  static boolean serves(Member member) {
    try {
      String mode = member.mode();
      return mode.equals("leader") || mode.equals("follower");
    } catch (CheckFailure notNow) {
      return false;
    }
  }

  /** Who belongs to it, as a client's server has it. */
  static Configuration configuration(ZooKeeper client) throws Exception {
    return Configuration.parse(new String(client.getConfig(false, null), StandardCharsets.US_ASCII));
  }

  /** Who belongs to it, by a member that serves and has caught up with its leader; empty if none does. */
  Optional<Configuration> configuration(int except) {
    return serving(except)
        .flatMap(
            member -> {
              try (ZooKeeper client = member.connect()) {
                return Optional.of(configuration(client));
              } catch (Exception notNow) {
                System.out.println(member + " does not say who belongs to its ensemble: " + notNow);
                return Optional.empty();
              }
            });
  }
}
