//! N: notices by mail and LINE.

use super::{Code, Entry, Severity};

family! { NOTICES
    TOO_MANY_CHOICES = "N001", Error, "LINE に送れない数の選択肢",
        "LINE の返信の選択肢は13個までです。送信が断られます。",
        "survey: { choices: [14個以上] }";
    CHOICE_TOO_LONG = "N002", Error, "LINE に送れない長さの選択肢",
        "LINE の返信の選択肢は、1つ20文字までです。送信が断られます。",
        "choices: [（21文字以上）, いいえ]";
    NOBODY_TOLD = "N003", Warning, "お知らせの相手がいない",
        "notice がありますが、対象者の条件もタグもないので、だれにも届きません。全員に送るときは target.when に everyone: true と書きます。",
        "notice: { channels: [mail], round: 1 }（タグも条件もない）";
    EVERYONE_TOLD = "N004", Warning, "全員に送る",
        "登録した全員に届きます。LINE は通数に応じて費用がかかります。必要な人だけに絞れないか確かめます。",
        "target: { when: { everyone: true } }";
    REMINDER_WITHOUT_DEADLINE = "N005", Warning, "期日がないのにリマインダーがある",
        "リマインダーは deadline の closes から数えます。期日がないと送られません。",
        "reminders: [7d]（deadline なし）";
    REMINDER_BEFORE_OPENS = "N006", Warning, "受付の前にリマインダーが届く",
        "リマインダーの日が、受付の始まりより前です。",
        "{ opens: 2026-12-20, closes: 2026-12-25 } / reminders: [7d]";
    TITLE_LONG_FOR_MAIL = "N007", Warning, "件名がメールには長い",
        "携帯電話では、件名は全角30文字ほどで切れます。大事な言葉を前に書きます。",
        "title: （41文字以上）";
    EMERGENCY_INBOX_ONLY = "N008", Warning, "緊急なのにメールも LINE も使わない",
        "urgency: emergency ですが channels が空で、マイページにしか出ません。",
        "notice: { channels: [], urgency: emergency }";
    EXPIRES_BEFORE_CLOSES = "N009", Warning, "期日の前に公開が終わる",
        "お知らせを受けた人が期日までに開けなくなります。",
        "expires_at: 2026-12-01 / closes: 2026-12-25";
    SUMMARY_REPEATS_TITLE = "N010", Warning, "概要が件名と同じ",
        "メールと LINE には件名と概要が並びます。概要には、何をいつまでにするかを書きます。",
        "title: 児童手当 / summary: 児童手当";
    SURVEY_AFTER_EXPIRY = "N011", Warning, "アンケートの期限が公開終了より後",
        "公開が終わると答えられません。",
        "survey: { closes: 2027-01-10 } / expires_at: 2027-01-01";
    DATE_PASSED = "N012", Warning, "期日が過ぎている",
        "お知らせを送っても間に合いません。期日を確かめます（確認した日を基準にします）。",
        "closes: 2020-12-25";
}
