// Checkpoints, the signer's memory, and what rollback and fork look like.

#include "store/sealer.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "store/proof.h"
#include "store/test_support.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kOrigin[] = "gasht/0123456789abcdef";

// A signer on a thread; in the program it is a process.
class SignerThread {
 public:
  explicit SignerThread(const std::string& dir) : dir_(dir) {}
  Result<std::unique_ptr<SignerClient>> Connect() {
    Result<TreeSigner> opened = TreeSigner::Open(dir_, kOrigin, NoteKeyType::kEd25519);
    if (!opened.ok()) return opened.status();
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    auto signer = std::make_unique<TreeSigner>(std::move(opened).value());
    threads_.emplace_back([fd = ends[1], signer = std::move(signer)] {
      const SystemClock clock;
      ServeSigner(fd, *signer, clock);
      close(fd);
    });
    return std::make_unique<SignerClient>(ends[0]);
  }

 private:
  const std::string dir_;
  std::vector<std::jthread> threads_;
};

class SealerTest : public ::testing::Test {
 protected:
  SealerTest()
      : dir_(fs::path(::testing::TempDir()) / ("gasht-" + HexEncode(RandomBytes(8)))), signer_(dir_ / "key") {
    fs::create_directories(dir_);
    setup_.origin = kOrigin;
    setup_.signer = dir_ / "key";
    setup_.copy = dir_ / "copy";
    setup_.keys = {TreeSigner::Create(setup_.signer, kOrigin, NoteKeyType::kEd25519).value()};
  }
  ~SealerTest() override { fs::remove_all(dir_); }

  std::string Path(const std::string& name = "store") { return dir_ / name; }
  std::unique_ptr<Store> Open(const std::string& name = "store") {
    StoreOptions options;
    options.path = Path(name);
    Result<std::unique_ptr<Store>> store = Store::Open(options);
    EXPECT_TRUE(store.ok()) << store.status().message();
    if (!fs::exists(CustodySetupPath(options.path))) {
      EXPECT_TRUE(WriteCustodySetup(options.path, setup_).ok());
    }
    return std::move(store).value();
  }
  Status OpenStatus(const std::string& name = "store") {
    StoreOptions options;
    options.path = Path(name);
    return Store::Open(options).status();
  }
  SealerOptions Options(uint64_t every = 256) {
    SealerOptions options;
    options.every_leaves = every;
    options.every = std::chrono::hours(1);
    options.connect = [this] { return signer_.Connect(); };
    return options;
  }
  void Events(Store& store, int count) {
    WaitingWriter writer(store, clock_);
    for (int i = 0; i < count; ++i) ASSERT_TRUE(writer.AddEvent({"start", "gasht", std::to_string(i)}).ok());
  }

  const fs::path dir_;
  CustodySetup setup_;
  SignerThread signer_;
  FakeClock clock_;
};

TEST_F(SealerTest, SealsWhatIsDurableInBothPlaces) {
  const auto store = Open();
  Events(*store, 3);
  TreeHead sealed;
  {
    const auto sealer = Sealer::Start(*store, setup_, Options()).value();
    ASSERT_TRUE(sealer->SealNow().ok());
    sealed = sealer->status().sealed;
    EXPECT_EQ(sealed, store->tree_head());
    ASSERT_TRUE(sealer->SealNow().ok());
    Events(*store, 5);
  }
  // The last time when it ends.
  for (const std::string& path : {CheckpointsPath(Path()), setup_.copy}) {
    const std::vector<SignedNote> notes = ReadCheckpoints(path).value();
    ASSERT_THAT(notes, SizeIs(2)) << path;
    EXPECT_EQ(Checkpoint::Parse(notes[0].text)->head, sealed);
    EXPECT_EQ(Checkpoint::Parse(notes[1].text)->head, store->tree_head());
    for (const SignedNote& note : notes) EXPECT_TRUE(IsSignedBy(note, setup_.keys[0]));
    EXPECT_EQ(LastCheckpoint(path, setup_.keys).value()->checkpoint.head, store->tree_head());
  }
}

TEST_F(SealerTest, SealsByItselfAfterEnoughLeaves) {
  const auto store = Open();
  const auto sealer = Sealer::Start(*store, setup_, Options(4)).value();
  Events(*store, 10);
  while (sealer->status().sealed.size < 4) ASSERT_TRUE(sealer->status().status.ok());
}

TEST_F(SealerTest, OlderCopyIsARollback) {
  {
    const auto store = Open();
    Events(*store, 3);
    ASSERT_TRUE(Sealer::Start(*store, setup_, Options()).value()->SealNow().ok());
  }
  fs::copy(Path(), Path("old"), fs::copy_options::recursive);
  {
    const auto store = Open();
    Events(*store, 3);
    ASSERT_TRUE(Sealer::Start(*store, setup_, Options()).value()->SealNow().ok());
  }
  // The copy on another device knows more than the folder.
  const Status by_copy = OpenStatus("old");
  EXPECT_EQ(by_copy.code(), StatusCode::kDataLoss);
  EXPECT_THAT(by_copy.message(), HasSubstr("rollback: it has 3 leaves, and 6 were sealed"));
  // Without it the signer does.
  fs::remove(setup_.copy);
  {
    const auto old = Open("old");
    const Status by_signer = Sealer::Start(*old, setup_, Options()).status();
    EXPECT_EQ(by_signer.code(), StatusCode::kDataLoss);
    EXPECT_THAT(by_signer.message(), HasSubstr("rollback: the signer signed 6 leaves"));
  }
  // A database that was cut back under its own checkpoints.
  fs::remove_all(Path() + "/db");
  fs::copy(Path("old") + "/db", Path() + "/db", fs::copy_options::recursive);
  EXPECT_THAT(OpenStatus().message(), HasSubstr("rollback"));
}

TEST_F(SealerTest, TwoStoresFromOneCopyAreAFork) {
  {
    const auto store = Open();
    Events(*store, 3);
  }
  fs::copy(Path(), Path("twin"), fs::copy_options::recursive);
  const auto one = Open(), two = Open("twin");
  Events(*one, 2);
  Events(*two, 4);
  const auto first = Sealer::Start(*one, setup_, Options()).value();
  const auto second = Sealer::Start(*two, setup_, Options()).value();
  ASSERT_TRUE(first->SealNow().ok());
  const Status fork = second->SealNow();
  EXPECT_EQ(fork.code(), StatusCode::kDataLoss);
  EXPECT_THAT(fork.message(), HasSubstr("fork"));
  EXPECT_EQ(second->status().status, fork);
  EXPECT_EQ(second->status().sealed.size, 0u);
}

// Former bugs: after an export had sealed through a signer process of its own, the patrol's was refused for ever.
TEST_F(SealerTest, TwoSignersOverOneFolderAreOne) {
  const auto store = Open();
  Events(*store, 2);
  const auto patrol = Sealer::Start(*store, setup_, Options()).value();
  ASSERT_TRUE(patrol->SealNow().ok());
  for (int round = 0; round < 3; ++round) {
    Events(*store, 2);
    ASSERT_TRUE(Sealer::Start(*store, setup_, Options()).value()->SealNow().ok());
    Events(*store, 2);
    const Status sealed = patrol->SealNow();
    EXPECT_TRUE(sealed.ok()) << sealed.message();
  }
}

TEST_F(SealerTest, WithoutASignerItGoesOnUnsealedAndSealsLater) {
  const auto store = Open();
  bool is_there = false;
  SealerOptions options = Options();
  options.connect = [&]() -> Result<std::unique_ptr<SignerClient>> {
    if (!is_there) return Status::Unavailable("the signer is not there");
    return signer_.Connect();
  };
  const auto sealer = Sealer::Start(*store, setup_, options).value();
  Events(*store, 2);
  EXPECT_EQ(sealer->SealNow().code(), StatusCode::kUnavailable);
  EXPECT_EQ(sealer->status().sealed.size, 0u);
  is_there = true;
  ASSERT_TRUE(sealer->SealNow().ok());
  EXPECT_EQ(sealer->status().sealed.size, 2u);
}

TEST_F(SealerTest, ForgedAndDamagedCheckpointsStopTheOpening) {
  {
    const auto store = Open();
    Events(*store, 3);
    ASSERT_TRUE(Sealer::Start(*store, setup_, Options()).value()->SealNow().ok());
  }
  const std::string path = CheckpointsPath(Path());
  const std::string sound = ReadFile(path, 1 << 20).value();
  const size_t text_end = sound.find("\n\n");
  for (size_t i = 0; i < sound.size(); ++i) {
    std::string damaged = sound;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    std::ofstream(path, std::ios::binary) << damaged;
    const Status status = LastCheckpoint(path, setup_.keys).status();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss)
        << i << " of " << sound.size() << ": " << damaged << (i < text_end);
  }
  EXPECT_EQ(OpenStatus().code(), StatusCode::kDataLoss);
  std::ofstream(path, std::ios::binary) << sound;
  EXPECT_TRUE(OpenStatus().ok());
  fs::remove(CustodySetupPath(Path()));
  EXPECT_THAT(OpenStatus().message(), HasSubstr("/custody is missing"));
}

TEST(TreeSignerTest, RefusesWhatDoesNotGrow) {
  const std::string dir = fs::path(::testing::TempDir()) / ("gasht-" + HexEncode(RandomBytes(8)));
  ASSERT_TRUE(TreeSigner::Create(dir, kOrigin, NoteKeyType::kEd25519).ok());
  EXPECT_EQ(TreeSigner::Create(dir, kOrigin, NoteKeyType::kEd25519).status().code(),
            StatusCode::kAlreadyExists);
  CompactTree tree;
  std::map<std::pair<int, uint64_t>, Digest> nodes;
  std::vector<Digest> roots = {tree.root()};
  for (int i = 0; i < 10; ++i) {
    for (const MerkleNode& node : tree.Append(MerkleLeafHash(std::to_string(i))))
      nodes[{node.position.level, node.position.index}] = node.hash;
    roots.push_back(tree.root());
  }
  const auto request = [&](uint64_t from, uint64_t size, const Digest& root,
                           const std::string& origin = kOrigin) {
    SignRequest r;
    r.old_size = from;
    if (from <= size)
      r.proof = ConsistencyProof(from, size, [&](const MerklePosition& p) -> Result<Digest> {
                  return nodes.at({p.level, p.index});
                }).value();
    r.note.text = Checkpoint{origin, {size, root}}.str();
    return r;
  };
  const UtcTime now;
  for (int round = 0; round < 2; ++round) {
    // Opened again each time: the memory is on the disk.
    TreeSigner signer = TreeSigner::Open(dir, kOrigin, NoteKeyType::kEd25519).value();
    if (round == 0) {
      ASSERT_TRUE(signer.Sign(request(0, 7, roots[7]), now).ok());
    }
    struct Case {
      SignRequest request;
      const char* why;
      StatusCode code = StatusCode::kDataLoss;
    };
    const Case cases[] = {
        {request(7, 6, roots[6]), "rollback"},
        {request(0, 6, roots[6]), "rollback"},
        {request(7, 9, roots[8]), "fork"},
        {request(6, 9, roots[9]), "stale", StatusCode::kFailedPrecondition},
        {request(0, 9, roots[9]), "stale", StatusCode::kFailedPrecondition},
        {request(7, 7, roots[6]), "fork"},
        {request(7, 9, roots[9], "other"), "fork"},
    };
    for (const Case& c : cases) {
      const Status status = signer.Sign(c.request, now).status();
      EXPECT_EQ(status.code(), c.code) << c.request.str();
      EXPECT_THAT(status.message(), HasSubstr(c.why)) << c.request.str();
      EXPECT_EQ(SignRequest::Parse(c.request.str()).value(), c.request);
    }
    EXPECT_EQ(signer.last().head.size, 7u);
  }
  TreeSigner signer = TreeSigner::Open(dir, kOrigin, NoteKeyType::kEd25519).value();
  EXPECT_TRUE(signer.Sign(request(7, 7, roots[7]), now).ok());
  EXPECT_TRUE(signer.Sign(request(7, 10, roots[10]), now).ok());
  for (const char* text : {"", "old 1", "old x\n\ntext\n", "new 1\n\ntext\n", "old 1\nAAAA\n\ntext\n"})
    EXPECT_EQ(SignRequest::Parse(text).status().code(), StatusCode::kInvalidArgument) << text;
  // A memory that is damaged forgets nothing.
  ASSERT_TRUE(WriteFileAtomically(dir + "/signer.state", "nonsense").ok());
  EXPECT_EQ(TreeSigner::Open(dir, kOrigin, NoteKeyType::kEd25519).status().code(), StatusCode::kDataLoss);
  fs::remove_all(dir);
}

TEST(TreeSignerTest, WitnessCosignsWhatTheLogSigned) {
  const std::string dir = fs::path(::testing::TempDir()) / ("gasht-" + HexEncode(RandomBytes(8)));
  const NoteKey key = TreeSigner::Create(dir, "court-registry", NoteKeyType::kCosignature).value();
  const SigningKey log = SigningKey::Generate();
  const NoteKey log_key{kOrigin, NoteKeyType::kEd25519, log.public_key()};
  TreeSigner witness = TreeSigner::Open(dir, "court-registry", NoteKeyType::kCosignature, {log_key}).value();
  SignRequest request;
  request.note.text = Checkpoint{kOrigin, {1, MerkleLeafHash("x")}}.str();
  request.note.signatures = {SignNote(request.note.text, kOrigin, SigningKey::Generate())};
  EXPECT_EQ(witness.Sign(request, {}).status().code(), StatusCode::kDataLoss);
  request.note.signatures = {SignNote(request.note.text, kOrigin, log)};
  EXPECT_EQ(SignRequest::Parse(request.str()).value(), request);
  const NoteSignature signature = witness.Sign(request, {1'700'000'000'000'000}).value();
  EXPECT_TRUE(IsSignedBy({request.note.text, {signature}}, key));
  EXPECT_EQ(CosignatureTime(signature).micros, 1'700'000'000'000'000);

  // The log was restored: another name, fewer leaves, and the old life is over. Nobody but who runs the witness can say so.
  const NoteKey next_key{NextOrigin(kOrigin), NoteKeyType::kEd25519, log.public_key()};
  SignRequest next;
  next.note.text = Checkpoint{next_key.name, {1, MerkleLeafHash("other")}}.str();
  next.note.signatures = {SignNote(next.note.text, next_key.name, log)};
  EXPECT_EQ(witness.Sign(next, {}).status().code(), StatusCode::kDataLoss);
  TreeSigner told =
      TreeSigner::Open(dir, "court-registry", NoteKeyType::kCosignature, {log_key, next_key}).value();
  EXPECT_TRUE(told.Sign(next, {}).ok());
  EXPECT_THAT(told.Sign(request, {}).status().message(), HasSubstr("rollback: the log went on as gasht/"));
  // The log's own signer never does it unasked.
  const std::string own = dir + "/own";
  ASSERT_TRUE(TreeSigner::Create(own, kOrigin, NoteKeyType::kEd25519).ok());
  TreeSigner signer = TreeSigner::Open(own, kOrigin, NoteKeyType::kEd25519).value();
  ASSERT_TRUE(signer.Sign(request, {}).ok());
  EXPECT_THAT(signer.Sign(next, {}).status().message(), HasSubstr("fork: "));
  fs::remove_all(dir);
}

TEST(CheckpointFileTest, EpochsAndUnfinishedNotes) {
  EXPECT_EQ(EpochOf("gasht/abc"), 1u);
  EXPECT_EQ(EpochOf("gasht/abc/12"), 12u);
  EXPECT_EQ(NextOrigin("gasht/abc"), "gasht/abc/2");
  EXPECT_EQ(NextOrigin("gasht/abc/2"), "gasht/abc/3");
  const std::string path = fs::path(::testing::TempDir()) / ("gasht-" + HexEncode(RandomBytes(8)));
  const SigningKey key = SigningKey::Generate();
  const std::vector<NoteKey> keys = {{kOrigin, NoteKeyType::kEd25519, key.public_key()}};
  const auto note = [&](uint64_t size) {
    const std::string text = Checkpoint{kOrigin, {size, Sha256("root")}}.str();
    return SignedNote{text, {SignNote(text, kOrigin, key)}};
  };
  EXPECT_FALSE(LastCheckpoint(path, keys).value().has_value());
  for (uint64_t size : {1, 2}) ASSERT_TRUE(AppendCheckpoint(path, note(size)).ok());
  const std::string whole = ReadFile(path, 1 << 20).value();
  // Power was cut at each byte of the second: the first counts, and the next one takes its place.
  for (size_t cut = whole.size() / 2 + 1; cut < whole.size(); ++cut) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, cut);
    EXPECT_EQ(LastCheckpoint(path, keys).value()->checkpoint.head.size, 1u) << cut;
    ASSERT_TRUE(AppendCheckpoint(path, note(2)).ok());
    EXPECT_EQ(ReadFile(path, 1 << 20).value(), whole) << cut;
  }
  EXPECT_EQ(LastCheckpoint(path, {{kOrigin, NoteKeyType::kEd25519, std::string(32, 'x')}}).status().code(),
            StatusCode::kDataLoss);
  fs::remove(path);
}

}  // namespace
}  // namespace gasht
