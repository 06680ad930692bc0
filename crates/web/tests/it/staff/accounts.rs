use kairan_db::staff::{self, Account, Grant, Role, State};

use super::{Browser, PASSWORD, at_work, code, code_of, member, told};
use crate::house::{House, between};

const MAIL: &str = "tanaka@city.example.lg.jp";
const ADMINISTRATOR: Role = Role::Administrator;

async fn reread(house: &House, account: &Account) -> Account {
    let id = account.id.clone();
    let find = move |c: &mut kairan_db::AnyConnection| staff::find(c, &id);
    house.ctx.read(find).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_invitation_becomes_an_account() {
    for house in House::each().await {
        let (mut admin, _) = at_work(&house, &[Grant::everywhere(ADMINISTRATOR)]).await;
        assert!(admin.page("/admin/staff").await.contains("佐藤 花子"));
        assert!(
            admin
                .page("/admin/staff/new")
                .await
                .contains("すべての部署")
        );
        for (fields, wanted) in [
            (
                vec![
                    ("name", "鈴木 次郎"),
                    ("mail", "no mail"),
                    ("role.1", "author"),
                    ("department.1", "*"),
                ],
                "メールアドレスの形",
            ),
            (vec![("name", "鈴木 次郎"), ("mail", MAIL)], "役割を1つ以上"),
            (
                vec![
                    ("name", "鈴木 次郎"),
                    ("mail", MAIL),
                    ("role.1", "author"),
                    ("department.1", "nowhere"),
                ],
                "役割と部署",
            ),
        ] {
            let answer = admin.send("/admin/staff/new", &fields).await;
            assert_eq!(answer.status(), 422);
            assert!(answer.text().await.unwrap().contains(wanted), "{wanted}");
        }
        let fields = [
            ("name", "鈴木 次郎"),
            ("mail", MAIL),
            ("role.1", "author"),
            ("department.1", "*"),
        ];
        assert_eq!(admin.send("/admin/staff/new", &fields).await.status(), 303);
        assert_eq!(admin.send("/admin/staff/new", &fields).await.status(), 422);
        assert_eq!(house.deliver().await, 1);
        let letter = house.letter().await;
        let link = between(&letter, "https://www.example.jp/admin/invitation/", "\"");
        let path = format!("/admin/invitation/{link}");

        let mut browser = Browser::new(&house);
        assert!(browser.page(&path).await.contains("鈴木 次郎"));
        let chosen = [("password", PASSWORD), ("again", PASSWORD)];
        let answer = browser.send(&path, &chosen).await;
        assert_eq!(answer.headers()["location"], "/admin/login/enrol");
        assert_eq!(browser.get(&path).await.status(), 404);
        // A password alone opens nothing, and cannot pass by the app.
        assert_eq!(browser.get("/admin/account").await.status(), 303);
        let page = browser.page("/admin/login/enrol").await;
        let key = between(&page, "<code class=\"secret\">", "<").replace(' ', "");
        let picture = browser.get("/admin/login/enrol.svg").await;
        assert_eq!(picture.headers()["content-type"], "image/svg+xml");
        assert_eq!(
            browser
                .send("/admin/login/enrol", &[("code", "000000")])
                .await
                .status(),
            422
        );
        let shown = code(&key, house.ctx.clock.now());
        let answer = browser
            .send("/admin/login/enrol", &[("code", &shown)])
            .await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        assert_eq!(page.matches("<li><code>").count(), 10, "{page}");
        let mine = browser.page("/admin/account").await;
        assert!(mine.contains("作成者（すべての部署）") && mine.contains("あと 10 個"));
        for action in ["staff.add", "staff.join", "staff.totp", "staff.login"] {
            assert_eq!(told(&house, action).await, 1, "{action}");
        }
        house.close().await;
    }
}

#[tokio::test]
async fn what_an_administrator_ends_is_over_at_once() {
    for house in House::each().await {
        let (mut admin, _) = at_work(&house, &[Grant::everywhere(ADMINISTRATOR)]).await;
        let (mut other, account) = at_work(&house, &[Grant::everywhere(Role::Author)]).await;
        let path = |what: &str| format!("/admin/staff/{}/{what}", account.id);
        assert_eq!(other.get("/admin/staff").await.status(), 403);
        let fields = [
            ("role.1", "administrator"),
            ("department.1", "*"),
            ("keep", "author:*"),
        ];
        assert_eq!(admin.send(&path("roles"), &fields).await.status(), 303);
        assert_eq!(other.get("/admin/staff").await.status(), 200);
        assert_eq!(reread(&house, &account).await.grants.len(), 2);
        assert_eq!(admin.send(&path("sessions"), &[]).await.status(), 303);
        assert_eq!(other.get("/admin/account").await.status(), 303);
        assert_eq!(admin.send(&path("suspend"), &[]).await.status(), 303);
        assert_eq!(reread(&house, &account).await.state, State::Suspended);
        assert_eq!(admin.send(&path("reinstate"), &[]).await.status(), 303);
        assert_eq!(admin.send(&path("end"), &[]).await.status(), 422);
        assert_eq!(
            admin.send(&path("end"), &[("sure", "yes")]).await.status(),
            303
        );
        let ended = reread(&house, &account).await;
        assert_eq!((ended.state, ended.grants.len()), (State::Ended, 0));
        assert!(admin.page("/admin/staff").await.contains("離任"));
        for action in [
            "staff.roles",
            "staff.suspend",
            "staff.reinstate",
            "staff.end",
        ] {
            assert_eq!(told(&house, action).await, 1, "{action}");
        }
        house.close().await;
    }
}

#[tokio::test]
async fn the_last_administrator_stays() {
    for house in House::each().await {
        let (mut admin, account) = at_work(&house, &[Grant::everywhere(ADMINISTRATOR)]).await;
        let path = |what: &str| format!("/admin/staff/{}/{what}", account.id);
        for (what, fields) in [
            ("suspend", vec![]),
            ("end", vec![("sure", "yes")]),
            ("roles", vec![("role.1", "author"), ("department.1", "*")]),
        ] {
            let answer = admin.send(&path(what), &fields).await;
            assert_eq!(answer.status(), 422, "{what}");
            assert!(
                answer.text().await.unwrap().contains("最後の管理者"),
                "{what}"
            );
        }
        assert_eq!(reread(&house, &account).await, account);
        house.close().await;
    }
}

#[tokio::test]
async fn one_s_own_password_app_and_log_ins() {
    for house in House::each().await {
        let account = member(&house, MAIL, Role::Author).await;
        let mut browser = Browser::new(&house);
        let mut elsewhere = Browser::new(&house);
        for one in [&mut browser, &mut elsewhere] {
            one.send("/admin/login", &[("mail", MAIL), ("password", PASSWORD)])
                .await;
            let code = code_of(&house, &account).await;
            assert_eq!(
                one.send("/admin/login/code", &[("code", &code)])
                    .await
                    .status(),
                303
            );
        }
        let page = browser.page("/admin/account").await;
        assert!(page.contains("（このブラウザー）"));
        let other = between(&page, "name=\"id\" value=\"", "\"");
        assert_eq!(
            browser
                .send("/admin/account/sessions", &[("id", &other)])
                .await
                .status(),
            303
        );
        assert_eq!(elsewhere.get("/admin/account").await.status(), 303);
        assert_eq!(
            browser
                .send("/admin/account/language", &[("lang", "en")])
                .await
                .status(),
            303
        );
        assert!(browser.page("/admin/account").await.contains("My settings"));

        let new = "seven brave carp upstream";
        let wrong = [("current", "wrong"), ("password", new), ("again", new)];
        assert_eq!(
            browser
                .send("/admin/account/password", &wrong)
                .await
                .status(),
            422
        );
        let before = browser.cookies["kairan_staff"].clone();
        let right = [("current", PASSWORD), ("password", new), ("again", new)];
        assert_eq!(
            browser
                .send("/admin/account/password", &right)
                .await
                .status(),
            303
        );
        assert_ne!(browser.cookies["kairan_staff"], before);
        assert_eq!(browser.get("/admin/account").await.status(), 200);
        let mut old = Browser::new(&house);
        old.hold("kairan_staff", &before);
        assert_eq!(old.get("/admin/account").await.status(), 303);

        // Another telephone: the old app is good until the new one has shown a code.
        let page = browser.page("/admin/account/app").await;
        let key = between(&page, "<code class=\"secret\">", "<").replace(' ', "");
        house.pass(60);
        let shown = code(&key, house.ctx.clock.now());
        let stranger = [("current", "wrong"), ("code", shown.as_str())];
        assert_eq!(
            browser.send("/admin/account/app", &stranger).await.status(),
            422
        );
        let owner = [("current", new), ("code", shown.as_str())];
        let answer = browser.send("/admin/account/app", &owner).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.text().await.unwrap().matches("<li><code>").count(),
            10
        );
        // The owner is told of the password and of the app.
        assert_eq!(house.deliver().await, 2);
        house.close().await;
    }
}

#[tokio::test]
async fn the_log_is_read_filtered_and_taken_out() {
    for house in House::each().await {
        let (mut admin, account) = at_work(&house, &[Grant::everywhere(ADMINISTRATOR)]).await;
        let (_, other) = at_work(&house, &[]).await;
        let path = format!("/admin/staff/{}/name", other.id);
        assert_eq!(admin.send(&path, &[("name", "=1+1")]).await.status(), 303);
        let page = admin.page("/admin/audit").await;
        assert!(
            page.contains("氏名を変えた") && page.contains("127.0.0.1"),
            "{page}"
        );
        let of = format!(
            "/admin/audit?who=staff:{}&action=staff.&from=2026-12-01&until=2026-12-01",
            account.id
        );
        assert!(admin.page(&of).await.contains("氏名を変えた"));
        // Documents by their titles, changes in words.
        let text = "---\nkind: faq\nslug: kiroku\ntitle: 記録に残る質問\nsummary: 試験です。\n---\n答えます。\n";
        let id = house.draft(text).await;
        let owner = [("op", "owner"), ("id", &*id), ("owner", "kodomo-katei")];
        let done = admin.send("/admin/documents/bulk/do", &owner).await;
        assert_eq!(done.status(), 200);
        let page = admin.page("/admin/audit?action=document.").await;
        assert!(
            page.contains(">記録に残る質問</a>")
                && page.contains("新しい担当：")
                && !page.contains("kodomo-katei"),
            "{page}"
        );
        let none = admin
            .page("/admin/audit?action=notice.&from=2026-12-02")
            .await;
        assert!(none.contains("当てはまる記録はありません"));
        assert!(
            admin
                .page("/admin/audit?from=x")
                .await
                .contains("を読めません")
        );
        let csv = admin.get("/admin/audit.csv?action=staff.").await;
        assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
        let text = csv.text().await.unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("\u{feff}id,at,actor,action,subject,detail,origin")
        );
        let line = lines.next().unwrap();
        assert!(
            line.contains("staff.rename") && line.ends_with(",{},127.0.0.1"),
            "{line}"
        );
        assert_eq!(told(&house, "audit.export").await, 1);
        house.close().await;
    }
}
