//! Documents and an object store in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use kairan_index::{
    CacheClass, Fetch, FetchError, Filters, IndexBuilder, IndexDocument, IndexOutput, Manifest,
    Reader, Results, SearchRequest, Window,
};

pub(crate) fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// A small document with this id, title and body.
pub(crate) fn document(id: &str, title: &str, body: &str) -> IndexDocument {
    IndexDocument {
        id: id.to_owned(),
        url: format!("/articles/{id}/"),
        title: title.to_owned(),
        body_text: body.to_owned(),
        kind: "article".to_owned(),
        lang: "ja".to_owned(),
        published: at("2026-12-01T09:00"),
        ..IndexDocument::default()
    }
}

const SCHEMES: [&str; 16] = [
    "児童手当",
    "児童扶養手当",
    "就労証明書",
    "保育所入所",
    "乳児健康診査",
    "罹災証明書",
    "固定資産税",
    "住民税",
    "マイナンバーカード",
    "粗大ごみ",
    "国民健康保険",
    "介護保険料",
    "図書館",
    "ウォーキング教室",
    "耐震診断",
    "妊婦健診",
];
const PLACES: [&str; 12] = [
    "泉台",
    "北町",
    "緑ヶ丘",
    "金沢台",
    "港南",
    "桜木",
    "若葉",
    "新川",
    "本町",
    "東山",
    "松原",
    "白浜",
];
const ACTS: [&str; 8] = [
    "の申請について",
    "のご案内",
    "の変更手続き",
    "の募集要項",
    "に関するお知らせ",
    "の窓口",
    "の減免",
    "の相談",
];
const SENTENCES: [&str; 12] = [
    "申請書は市役所本庁舎の窓口で配布しています。",
    "オンライン申請では、マイナンバーカードと暗証番号が必要になります。",
    "審査には2週間程度かかります。結果は文書でお知らせします。",
    "電話での受付は行っていません。",
    "聴覚に障害のある方はファクスをご利用ください。",
    "定員を超えた場合は抽選となります。",
    "令和8年度から所得の要件が見直されました。",
    "代理人が手続きをする場合は、委任状をお持ちください。",
    "受付時間は平日の午前8時30分から午後5時15分までです。",
    "必要な書類がそろっていないときは、受け付けできないことがあります。",
    "駐車場には限りがありますので、公共交通機関をご利用ください。",
    "くわしくは担当課までお問い合わせください。",
];

/// The n-th document of a made-up city; the title of each is its own.
pub(crate) fn article(n: usize) -> IndexDocument {
    let mut random = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut pick = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    let scheme = SCHEMES[n % SCHEMES.len()];
    let place = PLACES[n / SCHEMES.len() % PLACES.len()];
    let act = ACTS[n / (SCHEMES.len() * PLACES.len()) % ACTS.len()];
    let era = n / (SCHEMES.len() * PLACES.len() * ACTS.len());
    let series = [
        "",
        "（追加）",
        "（第三期）",
        "（臨時）",
        "（英語版）",
        "（速報）",
        "（休日）",
    ];
    let mut body = String::new();
    for _ in 0..30 {
        body.push_str(SENTENCES[pick(SENTENCES.len())]);
        if pick(4) == 0 {
            body.push_str(&format!(
                "{}{}もご覧ください。\n",
                PLACES[pick(12)],
                SCHEMES[pick(16)]
            ));
        }
    }
    IndexDocument {
        summary: format!("{place}地区の{scheme}をお使いの方へ、手続きの流れをお知らせします。"),
        category: ["money/child-allowance", "money/tax", "living/waste"][pick(3)].to_owned(),
        tags: vec![format!("age-{}", pick(6)), format!("area-{}", pick(12))],
        windows: (pick(2) == 0)
            .then(|| Window {
                opens: Some(at(&format!("2026-{:02}-01T00:00", 1 + pick(12)))),
                closes: Some(at(&format!("2027-{:02}-15T17:00", 1 + pick(12)))),
            })
            .into_iter()
            .collect(),
        published: at(&format!(
            "2026-{:02}-{:02}T{:02}:00",
            1 + pick(12),
            1 + pick(28),
            pick(24)
        )),
        ..document(
            &format!("ID{n:06}"),
            &format!("{place}{scheme}{act}{}", series[era]),
            &body,
        )
    }
}

pub(crate) fn articles(count: usize) -> Vec<IndexDocument> {
    (0..count).map(article).collect()
}

pub(crate) fn build(documents: &[IndexDocument]) -> IndexOutput {
    let mut builder = IndexBuilder::new();
    documents.iter().for_each(|document| builder.add(document));
    builder.finish(&[]).unwrap()
}

/// What stands in the bucket; counts what is read.
#[derive(Default)]
pub(crate) struct Bucket {
    pub(crate) objects: BTreeMap<String, Vec<u8>>,
    read: RefCell<BTreeMap<String, usize>>,
}

impl Bucket {
    pub(crate) fn of(documents: &[IndexDocument]) -> Self {
        let mut bucket = Self::default();
        bucket.apply(&build(documents));
        bucket
    }

    /// Uploads and deletes as the caller of the crate should, and checks what it was promised.
    pub(crate) fn apply(&mut self, output: &IndexOutput) {
        for object in &output.objects {
            let before = self
                .objects
                .insert(object.name.clone(), object.bytes.clone());
            if object.cache == CacheClass::Immutable {
                assert!(
                    before.is_none_or(|b| b == object.bytes),
                    "{} changed",
                    object.name
                );
            }
        }
        for name in &output.obsolete {
            assert!(self.objects.remove(name).is_some(), "{name} was not there");
        }
        let mut expected = output.manifest.object_names();
        expected.push("manifest.json".to_owned());
        expected.sort();
        assert!(
            self.objects.keys().eq(&expected),
            "objects and manifest differ"
        );
        assert_eq!(self.manifest(), output.manifest);
    }

    pub(crate) fn manifest(&self) -> Manifest {
        Manifest::read(self).unwrap()
    }

    pub(crate) fn run(&self, request: &SearchRequest) -> Results {
        Reader::open(self).unwrap().run(request).unwrap()
    }

    pub(crate) fn find(&self, query: &str) -> Results {
        self.run(&SearchRequest {
            query: query.to_owned(),
            limit: 10,
            ..Default::default()
        })
    }

    /// The ids of all results.
    pub(crate) fn ids(&self, query: &str, filters: Filters) -> Vec<String> {
        let query = query.to_owned();
        let request = SearchRequest {
            query,
            filters,
            offset: 0,
            limit: usize::MAX,
        };
        let results = self.run(&request);
        assert_eq!(results.total, results.hits.len());
        results.hits.into_iter().map(|hit| hit.id).collect()
    }

    /// Forgets what was read and gives its number of objects and bytes.
    pub(crate) fn take_read(&self) -> (usize, usize) {
        let read = self.read.take();
        (read.len(), read.values().sum())
    }
}

impl Fetch for Bucket {
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        let bytes = self.objects.fetch(name)?;
        self.read.borrow_mut().insert(name.to_owned(), bytes.len());
        Ok(bytes)
    }
}
