package dev.bigdata.hdfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.hdfs.server.namenode.ha.BootstrapStandby;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the volume of one of two namenodes before it starts, with what the other one has, and the journal that they share.
 *
 * <p>Nothing is formatted that may belong to data: where both volumes are empty and the journal has changes, or the journal is empty
 * and both volumes are not, it refuses, and says what to do.
 */
final class Bootstrap {
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
  /** There since the volume belongs to one of two: alone, it may lack changes that only the journal has. */
  private static final Path MARK = Path.of("/data/one-of-two");
  /** There while the journal gets what the namenode has, so that one that is killed meanwhile begins anew. */
  private static final Path UNFINISHED = Path.of("/data/sharing");
  private static final Set<SharedJournal.State> ALL_EMPTY = EnumSet.of(SharedJournal.State.EMPTY);

  private final Configuration configuration;
  private final SharedJournal journal;
  private final NameNodePort other;
  /** The first of the two is who decides that everything is new. */
  private final boolean isFirst;
  private volatile boolean waitsForSingle;
  private String said = "";

  /** @param configuration that of the namenode of this pod */
  Bootstrap(Configuration configuration, NameNodePort other) {
    this.configuration = configuration;
    this.other = other;
    journal = new SharedJournal(configuration);
    isFirst = configuration.get("dfs.ha.namenode.id").endsWith("-0");
  }

  /** Whether the other one still runs as the only one, and has to be made one of two first. */
  boolean waitsForSingle() {
    return waitsForSingle;
  }

  /** Returns once the namenode can start. */
  void run() throws Exception {
    if (!Files.exists(MARK)) {
      Files.createFile(MARK);
    }
    while (!(StartNameNode.isEmpty(configuration) ? isFilled() : isShared())) {
      TimeUnit.SECONDS.sleep(1);
    }
    waitsForSingle = false;
  }

  /** @throws IOException where the volume of the only namenode belonged to one of two */
  static void refuseOneOfTwo() throws IOException {
    if (Files.exists(MARK)) {
      throw new IOException(
          "The volume belongs to one of two namenodes, and may lack changes that only their journal has. Nothing was changed. Set"
              + " namenode.replicas to 2 again");
    }
  }

  /** With an empty volume: whether it has what the other one has, or is the first of all. */
  private boolean isFilled() throws Exception {
    Boolean isOtherEmpty = askWhetherOtherIsEmpty();
    Set<SharedJournal.State> states = journal.states();
    waitsForSingle = Boolean.FALSE.equals(isOtherEmpty) && states.equals(ALL_EMPTY);
    if (isOtherEmpty == null || waitsForSingle) {
      return say("waits for the other namenode");
    }
    if (!isOtherEmpty) {
      return isTakenOver();
    }
    if (states.contains(SharedJournal.State.WRITTEN)) {
      throw refusal("The volumes of both namenodes are empty, but their journal has changes of files that were there");
    }
    if (!isFirst || states.contains(SharedJournal.State.UNKNOWN)) {
      return say("waits for the journalnodes and for the first namenode to be formatted");
    }
    LOG.info("The volumes and the journal are empty: formatting them");
    NameNode.format(new Configuration(configuration));
    return true;
  }

  /** The volume stays empty until everything is there. */
  private boolean isTakenOver() {
    say("takes over what the other namenode has, because its volume is empty");
    try {
      return BootstrapStandby.run(new String[] {"-force", "-nonInteractive"}, new Configuration(configuration)) == 0;
    } catch (IOException | RuntimeException failure) {
      LOG.info("The other namenode does not give it", failure);
      return false;
    }
  }

  /** With a volume that is not empty: whether the journal belongs to it. */
  private boolean isShared() throws Exception {
    Set<SharedJournal.State> states = journal.states();
    if (!Files.exists(UNFINISHED)) {
      if (SharedJournal.isFormatted(states)) {
        return true;
      }
      if (!states.equals(ALL_EMPTY)) {
        return say("waits for the journalnodes");
      }
    }
    Boolean isOtherEmpty = askWhetherOtherIsEmpty();
    if (isOtherEmpty == null) {
      return say("waits for the other namenode");
    }
    if (!isOtherEmpty) {
      throw refusal("The journal is empty, but the volumes of both namenodes are not, and either may have what the other lacks");
    }
    LOG.info("The journal gets what this namenode has");
    Files.writeString(UNFINISHED, "");
    boolean isAborted = NameNode.initializeSharedEdits(new Configuration(configuration), true);
    if (isAborted) {
      throw new IOException("The journal did not take what this namenode has; nothing of it was changed");
    }
    Files.delete(UNFINISHED);
    return true;
  }

  /** Null if it does not answer. */
  private Boolean askWhetherOtherIsEmpty() throws InterruptedException {
    try {
      return other.isEmpty();
    } catch (IOException away) {
      return null;
    }
  }

  private static IOException refusal(String what) {
    return new IOException(
        what
            + ". Nothing was changed. Bring back the volumes that belong together, or, if the files may be lost, delete the claims of"
            + " this component and install it again");
  }

  private boolean say(String now) {
    if (!now.equals(said)) {
      LOG.info("This namenode {}", now);
      said = now;
    }
    return false;
  }
}
