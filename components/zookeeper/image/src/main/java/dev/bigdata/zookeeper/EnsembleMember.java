package dev.bigdata.zookeeper;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * Starts one member of an ensemble whose members come and go while it serves.
 *
 * <p>Whoever belongs to it is what the members have agreed upon, never a list that each is given: with two lists there may be two
 * majorities, and two leaders. The first three pods found the ensemble, where there is none; any other joins it, without a vote
 * until it has caught up. A member whose data is gone counts in no election until it has caught up, either.
 *
 * <p>Arguments: the name of its pod, that of the headless Service, the lines of zoo.cfg that a person sets, the data folder, and a
 * file that exists while it has a vote.
 */
public final class EnsembleMember {
  private EnsembleMember() {}

  public static void main(String[] arguments) throws Exception {
    String pod = arguments[0];
    int dash = pod.lastIndexOf('-');
    int ordinal = Integer.parseInt(pod.substring(dash + 1));
    Pods pods = new Pods(pod.substring(0, dash), arguments[1]);
    Settings settings = new Settings(Path.of(arguments[2]), Path.of(arguments[3], "ensemble"));
    prepare(pods, ordinal, settings);
    awaitOwnName(pods.host(ordinal));
    // Only this process knows it, which alone changes who belongs to the ensemble.
    String password = password();
    System.setProperty("zookeeper.DigestAuthenticationProvider.superDigest", "super:" + digest("super:" + password));
    Thread membership =
        new Thread(new Membership(pods, ordinal, settings, password, Path.of(arguments[4])), "Membership");
    membership.setDaemon(true);
    membership.start();
    QuorumPeerMain.main(new String[] {settings.file().toString()});
  }

  /** Writes the files to start with; waits where a member must not start by what it knows itself. */
  private static void prepare(Pods pods, int ordinal, Settings settings) throws Exception {
    Optional<Configuration> known = settings.known();
    Ensemble ensemble = new Ensemble(pods);
    boolean voted = known.isPresent() && known.get().hasVoter(ordinal);
    for (boolean told = false; ; told = true) {
      Optional<Configuration> found = ensemble.configuration(ordinal);
      if (found.isPresent()) {
        if (!found.get().hasVoter(ordinal)) {
          settings.adopt(found.get().with(pods.line(ordinal, "observer")));
        } else if (!voted || known.get().version() < found.get().version()) {
          settings.adopt(found.get());
        } else {
          settings.renew();
        }
        return;
      }
      if (voted && !settings.hasLeft()) {
        settings.renew();
        return;
      }
      if (known.isEmpty() && ordinal < Pods.FOUNDERS && !ensemble.hasJoiners()) {
        settings.found(pods.founding());
        return;
      }
      if (!told) {
        System.out.println("Waits for a member that serves, for it can only join an ensemble that is there");
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  /**
   * Waits until this pod is known by its name. A server that does not know its own address when it starts may lead later and yet
   * commit nothing, as if another was to lead.
   */
  private static void awaitOwnName(String host) throws Exception {
    for (boolean told = false; !isOwn(host); told = true) {
      if (!told) {
        System.out.println("Waits until " + host + " is the name of this pod");
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static boolean isOwn(String host) throws Exception {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
    } catch (UnknownHostException notYet) {
      return false;
    }
  }

  /** As ZooKeeper's own provider makes it, which reads the property above when it is loaded. */
  private static String digest(String credentials) throws NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA1").digest(credentials.getBytes(StandardCharsets.US_ASCII));
    return Base64.getEncoder().encodeToString(hash);
  }

  private static String password() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
