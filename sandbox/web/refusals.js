// What the sandbox refuses, in the page's languages other than the API's own English: by the code of the refusal.

const REFUSALS = {
  ja: {
    archived: "#{channel} はアーカイブされています。",
    cannot_see: "{name} は「{channel}」を見られません。",
    clock_backwards: "時計は先にしか進められません。",
    command_denied: "{name} はコマンド「{command}」を使えません。",
    commands_denied: "{name} は「{channel}」でコマンドを使えません。",
    gone: "このメッセージやボタンは、もうありません。",
    has_left: "{name} はもう退出しています。",
    is_forum: "「{channel}」はフォーラムです。投稿を作ってください。",
    join_first: "{name} は #{channel} に参加していません。先に参加してください。",
    name_needed: "名前を入力してください。",
    no_answer: "アプリが時間内に応答しませんでした。",
    no_command: "「{command}」というコマンドはありません。",
    no_form: "開いているフォームはありません。",
    no_words: "メッセージを入力してください。",
    nobody_called: "{what}：「{text}」は見つかりません。",
    not_connected: "ボットが接続していないので、何も起きませんでした。",
    not_in_threads: "{command} はスレッドの中では使えません。",
    not_number: "{what} は数字で入力してください（「{text}」は数字ではありません）。",
    not_yours: "ほかの人のメッセージなので、操作できません。",
    one_of: "{what} は次のどれかと一緒に使います：{options}",
    option_length: "{what} は {least}〜{most} 文字で入力してください。",
    option_needed: "{what} には {option} が必要です。",
    out_of_range: "{what} は {least}〜{most} の範囲で入力してください。",
    private: "#{channel} は非公開です。メンバーに招待してもらってください。",
    switched_off: "このボタンは今は押せません。",
    too_long: "メッセージは {most} 文字までです（今は {length} 文字）。",
  },
};

export function refusal(language, { error, code, values }) {
  const sentence = REFUSALS[language]?.[code];
  return sentence ? sentence.replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole) : error;
}
