package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.protocol.proto.HdfsServerProtos.RemoteEditLogProto;
import org.apache.hadoop.hdfs.qjournal.protocolPB.QJournalProtocolPB;
import org.apache.hadoop.hdfs.qjournal.protocolPB.QJournalProtocolTranslatorPB;
import org.apache.hadoop.hdfs.server.namenode.NNStorage;
import org.apache.hadoop.hdfs.server.protocol.NamespaceInfo;
import org.apache.hadoop.ipc.ProtobufRpcEngine2;
import org.apache.hadoop.ipc.RPC;
import org.apache.hadoop.net.NetUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the journalnodes have of the log of changes that two namenodes share. */
final class SharedJournal {
  /** How a journalnode is. */
  enum State {
    /** It belongs to no HDFS yet. */
    EMPTY,
    /** It belongs to one, and has no changes yet. */
    FORMATTED,
    /** It has changes. */
    WRITTEN,
    /** It does not answer. */
    UNKNOWN
  }

  private static final Logger LOG = LoggerFactory.getLogger(SharedJournal.class);
  private static final String SHARED = "dfs.namenode.shared.edits.dir";
  private static final int PORT = 8485;

  private final Configuration configuration;
  private final String nameservice;

  SharedJournal(Configuration configuration) {
    this.configuration = new Configuration(configuration);
    this.configuration.setInt("ipc.client.connect.max.retries", 0);
    this.configuration.setInt("ipc.client.connect.timeout", 5_000);
    this.configuration.setInt("ipc.client.connect.max.retries.on.timeouts", 0);
    RPC.setProtocolEngine(this.configuration, QJournalProtocolPB.class, ProtobufRpcEngine2.class);
    nameservice = NameNodes.nameservice(configuration);
  }

  /** Whether one of them belongs to an HDFS. */
  static boolean isFormatted(Set<State> states) {
    return states.contains(State.FORMATTED) || states.contains(State.WRITTEN);
  }

  /** The states of all journalnodes, each once. */
  Set<State> states() {
    Set<State> states = EnumSet.noneOf(State.class);
    for (String address : addresses()) {
      states.add(state(address));
    }
    return states;
  }

  /** The segments that are closed at any journalnode that answers: the names of their files. */
  Set<String> closedSegments() {
    Set<String> names = new HashSet<>();
    for (String address : addresses()) {
      try (var journal = connect(address)) {
        for (RemoteEditLogProto each :
            journal.getEditLogManifest(name(), nameservice, 0, false).getManifest().getLogsList()) {
          names.add(NNStorage.getFinalizedEditsFileName(each.getStartTxId(), each.getEndTxId()));
        }
      } catch (IOException away) {
        LOG.debug("The journalnode at {} does not answer: {}", address, away.toString());
      }
    }
    return names;
  }

  /** Makes the empty journalnode of this pod one of the HDFS that others have already. */
  void format(NamespaceInfo namespace) throws IOException {
    try (var journal = connect("localhost")) {
      journal.format(name(), nameservice, namespace, false);
    }
  }

  /** The journal's name, and that of its folder. */
  String name() {
    return location().getPath().substring(1);
  }

  private State state(String address) {
    try (var journal = connect(address)) {
      if (!journal.isFormatted(name(), nameservice)) {
        return State.EMPTY;
      }
      return hasSegments(journal, false) || hasSegments(journal, true) ? State.WRITTEN : State.FORMATTED;
    } catch (IOException away) {
      LOG.debug("The journalnode at {} does not answer: {}", address, away.toString());
      return State.UNKNOWN;
    }
  }

  /** @param orOpen whether those count, too, that are not closed yet */
  private boolean hasSegments(QJournalProtocolTranslatorPB journal, boolean orOpen) throws IOException {
    return journal.getEditLogManifest(name(), nameservice, 0, orOpen).getManifest().getLogsCount() > 0;
  }

  private QJournalProtocolTranslatorPB connect(String address) throws IOException {
    InetSocketAddress resolved = NetUtils.createSocketAddr(address, PORT);
    long version = RPC.getProtocolVersion(QJournalProtocolPB.class);
    return new QJournalProtocolTranslatorPB(
        RPC.getProxy(QJournalProtocolPB.class, version, resolved, configuration));
  }

  private String[] addresses() {
    return location().getAuthority().split(";");
  }

  private URI location() {
    return URI.create(configuration.get("%s.%s".formatted(SHARED, nameservice)));
  }
}
