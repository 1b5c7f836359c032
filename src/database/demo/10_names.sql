-- Where people come from, what they are called there, and how they spell it in an e-mail address.
create table demo.place (
  family text, country text, locale text, time_zone text, currency text, share int
);
insert into demo.place values
  ('en', 'US', 'en-US', 'America/New_York', 'USD', 90), ('en', 'US', 'en-US', 'America/Los_Angeles', 'USD', 60),
  ('en', 'GB', 'en-GB', 'Europe/London', 'GBP', 55), ('en', 'CA', 'en-CA', 'America/Toronto', 'USD', 25),
  ('en', 'AU', 'en-AU', 'Australia/Sydney', 'USD', 20), ('en', 'IE', 'en-IE', 'Europe/Dublin', 'EUR', 10),
  ('de', 'DE', 'de-DE', 'Europe/Berlin', 'EUR', 55), ('de', 'AT', 'de-AT', 'Europe/Vienna', 'EUR', 12),
  ('de', 'CH', 'de-CH', 'Europe/Zurich', 'EUR', 13), ('fr', 'FR', 'fr-FR', 'Europe/Paris', 'EUR', 50),
  ('fr', 'BE', 'fr-BE', 'Europe/Brussels', 'EUR', 12), ('es', 'ES', 'es-ES', 'Europe/Madrid', 'EUR', 35),
  ('es', 'MX', 'es-MX', 'America/Mexico_City', 'USD', 25), ('es', 'AR', 'es-AR', 'America/Argentina/Buenos_Aires', 'USD', 15),
  ('pt', 'BR', 'pt-BR', 'America/Sao_Paulo', 'BRL', 45), ('pt', 'PT', 'pt-PT', 'Europe/Lisbon', 'EUR', 15),
  ('it', 'IT', 'it-IT', 'Europe/Rome', 'EUR', 40), ('nl', 'NL', 'nl-NL', 'Europe/Amsterdam', 'EUR', 20),
  ('pl', 'PL', 'pl-PL', 'Europe/Warsaw', 'PLN', 40), ('cs', 'CZ', 'cs-CZ', 'Europe/Prague', 'CZK', 15),
  ('cs', 'SK', 'sk-SK', 'Europe/Bratislava', 'EUR', 12), ('sv', 'SE', 'sv-SE', 'Europe/Stockholm', 'EUR', 13),
  ('sv', 'NO', 'nb-NO', 'Europe/Oslo', 'EUR', 7), ('tr', 'TR', 'tr-TR', 'Europe/Istanbul', 'USD', 28),
  ('vi', 'VN', 'vi-VN', 'Asia/Ho_Chi_Minh', 'USD', 20), ('el', 'GR', 'el-GR', 'Europe/Athens', 'EUR', 20),
  ('ru', 'KZ', 'ru-KZ', 'Asia/Almaty', 'USD', 20), ('ru', 'RS', 'sr-RS', 'Europe/Belgrade', 'EUR', 12),
  ('uk', 'UA', 'uk-UA', 'Europe/Kyiv', 'EUR', 26), ('ar', 'EG', 'ar-EG', 'Africa/Cairo', 'USD', 20),
  ('ar', 'AE', 'ar-AE', 'Asia/Dubai', 'USD', 18), ('he', 'IL', 'he-IL', 'Asia/Jerusalem', 'USD', 12),
  ('zh', 'CN', 'zh-CN', 'Asia/Shanghai', 'USD', 26), ('zh', 'TW', 'zh-TW', 'Asia/Taipei', 'USD', 16),
  ('ja', 'JP', 'ja-JP', 'Asia/Tokyo', 'JPY', 40), ('ko', 'KR', 'ko-KR', 'Asia/Seoul', 'USD', 22),
  ('hi', 'IN', 'hi-IN', 'Asia/Kolkata', 'INR', 26), ('th', 'TH', 'th-TH', 'Asia/Bangkok', 'USD', 10);

-- A thousand seats, shared out among the places: a user's die picks a seat.
create table demo.seat as
select row_number() over (order by p.country, p.time_zone, s) - 1 as seat, p.family, p.country, p.locale, p.time_zone, p.currency
from demo.place p cross join lateral generate_series(1, p.share) s;

-- For the few users whose country is settled beforehand.
create table demo.home as
select distinct on (country) country, locale, time_zone, currency from demo.seat order by country, seat;

-- Words apart by blanks; where letters are not Latin, the spelling for the address follows a colon.
create table demo.name_words (family text, given text, surname text);
insert into demo.name_words values
  ('en', 'Olivia Noah Amelia Liam Ava Ethan Grace Mason Chloe Lucas Harper Owen Ella Henry Maya Jack Ruby Caleb Isla Theo Naomi Felix Hazel Jude Priya Omar Jasmine Declan Siobhán Zoë',
    'Smith Johnson Williams Brown Taylor Davies Wilson Evans Walker Wright Robinson Thompson Hughes Green Hall Wood Clarke Jackson Patel Bennett Foster Gray O''Connor Fitzgerald Sullivan Okafor Mensah Hargreaves Whitaker Ashworth'),
  ('de', 'Anna Lukas Lena Finn Mia Jonas Leonie Paul Jürgen Käthe Günther Sören Björn Annika Moritz Frieda Matthias Ute Heike Rainer',
    'Müller Schmidt Schneider Fischer Weber Schäfer Köhler Böhm Krüger Groß Vogel Jäger Lindner Brandt Hoffmann Zimmermann Bäcker Förster Weiß Öztürk'),
  ('fr', 'Léa Hugo Chloé Louis Zoé Théo Élodie Jérôme Camille Noé Amélie Gaël Inès Raphaël Maëlle François Hélène Benoît Anaïs Loïc',
    'Martin Bernard Dubois Lefèvre Moreau Girard Rousseau Lemaître Chevalier Gauthier Perrin Béranger Delacroix Fournier Mercier Renaud Guérin Benoît Sébastien Noël'),
  ('es', 'Lucía Mateo Sofía Álvaro Valentina José Íñigo Camila Andrés Begoña Ximena Joaquín Ángela Diego Noelia Tomás Paula Rocío Nicolás Inés',
    'García Fernández Rodríguez López Núñez Muñoz Ibáñez Peña Castaño Vázquez Márquez Ordóñez Quiñones Salazar Cabrera Ríos Solís Guzmán Ávila Zúñiga'),
  ('pt', 'João Beatriz Inês Thiago Conceição Luísa Gonçalo Larissa Márcio Antônio Júlia Caetano Débora Sérgio Vitória Otávio Lívia Mônica Renato Simão',
    'Silva Santos Oliveira Conceição Araújo Gonçalves Magalhães Simões Corrêa Assunção Brandão Falcão Guimarães Leitão Mourão Nóbrega Sá Teixeira Vilaça Xavier'),
  ('it', 'Giulia Lorenzo Chiara Matteo Nicolò Alessia Davide Elisa Niccolò Francesca Edoardo Beatrice Pietro Noemi Salvatore Ilaria Tommaso Lucia Emanuele Irene',
    'Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Mancini Costa Giordano Rizzo Lombardi D''Angelo'),
  ('nl', 'Sanne Daan Femke Bram Anouk Thijs Lotte Sjoerd Maud Jeroen Fleur Rutger Noor Koen Iris Wouter Saar Joost Britt Gijs',
    'de_Jong Jansen van_den_Berg Bakker Visser Meijer van_Dijk Mulder Bos Vos Peters Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits Kuiper Coëlho'),
  ('pl', 'Zofia Jakub Łucja Stanisław Małgorzata Paweł Agnieszka Michał Grażyna Krzysztof Żaneta Łukasz Bożena Wojciech Hanna Sławomir Róża Zbigniew Jagoda Mieszko',
    'Nowak Wiśniewska Wójcik Kowalczyk Kamiński Zieliński Szymańska Woźniak Dąbrowski Kozłowska Jabłoński Mazur Krawczyk Piątek Grabowska Pawłowski Król Łuczak Źrebiec Ćwikła'),
  ('cs', 'Jiří Tereza Ondřej Eliška Matěj Kateřina Václav Šárka Řehoř Zdeňka Tomáš Žofie Ľubomír Barbora Štěpán Ludmila Vojtěch Anežka Radek Mária',
    'Novák Svobodová Dvořák Černá Procházka Kučerová Veselý Horáková Němec Růžičková Křížek Šťastná Jelínek Říhová Beneš Žižková Kováč Ďurica Ľupták Hájek'),
  ('sv', 'Astrid Åsa Björn Öyvind Linnéa Sören Märta Håkan Ingrid Göran Freja Jörgen Kajsa Östen Signe Ævar Elin Torbjørn Solveig Åke',
    'Andersson Lindqvist Åberg Öberg Sjögren Bergström Nyström Håkansson Hansen Sørensen Dahl Ødegård Löfgren Ekström Nordahl Bjørnson Hägg Wikström Sandvik Åkesson'),
  ('tr', 'Elif Emre Zeynep Çağlar Ayşe Ömer Şeyma Gökhan Defne Uğur Yağmur Barış Tuğçe Kaan Nilüfer Serdar Özge İlker Pınar Oğuz',
    'Yılmaz Kaya Demir Çelik Şahin Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Koç Kurt Özkan Şimşek Polat Güneş Taş'),
  ('vi', 'Linh Minh Hương Dũng Thảo Đức Quỳnh Tuấn Ngọc Phúc Hằng Việt Yến Khánh Trâm Sơn Bảo Thủy Long Hiền',
    'Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trương Mạc Tạ Châu'),
  ('el', 'Μαρία:maria Γιώργος:giorgos Ελένη:eleni Νίκος:nikos Αικατερίνη:katerina Δημήτρης:dimitris Σοφία:sofia Ιωάννης:ioannis Ευαγγελία:evangelia Παναγιώτης:panagiotis Χρυσάνθη:chrysanthi Θεόδωρος:theodoros',
    'Παπαδοπούλου:papadopoulou Γεωργίου:georgiou Οικονόμου:oikonomou Βλάχος:vlachos Νικολάου:nikolaou Καραγιάννης:karagiannis Αντωνίου:antoniou Μακρής:makris Δημητρίου:dimitriou Λάμπρου:lamprou Ζαφειρίου:zafeiriou Χατζής:chatzis'),
  ('ru', 'Мария:maria Алексей:aleksei Екатерина:ekaterina Дмитрий:dmitri Ольга:olga Сергей:sergei Наталья:natalia Артём:artem Светлана:svetlana Михаил:mikhail Юлия:yulia Фёдор:fedor Айгуль:aigul Милош:milos',
    'Иванова:ivanova Смирнов:smirnov Кузнецова:kuznetsova Попов:popov Соколова:sokolova Лебедев:lebedev Новикова:novikova Морозов:morozov Волкова:volkova Жуков:zhukov Щербакова:shcherbakova Ёлкин:yolkin Нурланов:nurlanov Јовановић:jovanovic'),
  ('uk', 'Олена:olena Андрій:andrii Ірина:iryna Тарас:taras Софія:sofiia Богдан:bohdan Людмила:liudmyla Оксана:oksana Юрій:yurii Ганна:hanna Євген:yevhen Ґалина:galyna',
    'Шевченко:shevchenko Коваленко:kovalenko Бондаренко:bondarenko Ткачук:tkachuk Кравець:kravets Олійник:oliinyk Лисенко:lysenko Марченко:marchenko Гнатюк:hnatiuk Ющенко:yushchenko Їжак:yizhak Поліщук:polishchuk'),
  ('ar', 'محمد:mohamed فاطمة:fatima أحمد:ahmed مريم:mariam يوسف:youssef ليلى:layla عمر:omar نور:nour خالد:khaled سارة:sara إبراهيم:ibrahim هدى:huda طارق:tarek ياسمين:yasmin',
    'السيد:elsayed حسن:hassan المصري:elmasry عبدالله:abdullah الخطيب:alkhatib النجار:alnajjar منصور:mansour حداد:haddad الشامي:alshami سليمان:soliman القحطاني:alqahtani فاروق:farouk'),
  ('he', 'נועה:noa איתי:itai תמר:tamar יונתן:yonatan שירה:shira דניאל:daniel מאיה:maya אריאל:ariel רחל:rachel עומר:omer',
    'כהן:cohen לוי:levi מזרחי:mizrahi פרץ:peretz ביטון:biton דהן:dahan אברהם:avraham פרידמן:friedman שפירא:shapira גולן:golan'),
  ('zh', '伟:wei 芳:fang 娜:na 秀英:xiuying 敏:min 静:jing 磊:lei 洋:yang 志强:zhiqiang 雅婷:yating 家豪:jiahao 怡君:yijun 俊杰:junjie 思远:siyuan 梓涵:zihan 宇航:yuhang',
    '王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 黄:huang 赵:zhao 吴:wu 周:zhou 林:lin 徐:xu 孙:sun 郭:guo 欧阳:ouyang 司马:sima'),
  ('ja', '陽菜:hina 蓮:ren 葵:aoi 大翔:hiroto さくら:sakura 健太:kenta 結衣:yui 悠真:yuma 美咲:misaki 翔太:shota 千尋:chihiro 拓海:takumi あかり:akari 直樹:naoki',
    '佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 渡辺:watanabe 伊藤:ito 山本:yamamoto 中村:nakamura 小林:kobayashi 加藤:kato 吉田:yoshida 斎藤:saito 長谷川:hasegawa 小野寺:onodera'),
  ('ko', '민준:minjun 서연:seoyeon 도윤:doyun 지우:jiwoo 하준:hajun 수빈:subin 예준:yejun 지민:jimin 현우:hyunwoo 유진:yujin 은채:eunchae 태양:taeyang',
    '김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim 한:han 남궁:namgung'),
  ('hi', 'आरव:aarav प्रिया:priya विवान:vivaan अनन्या:ananya अर्जुन:arjun दीपिका:deepika रोहन:rohan काव्या:kavya सिद्धार्थ:siddharth नेहा:neha इशान:ishaan लक्ष्मी:lakshmi',
    'शर्मा:sharma वर्मा:verma गुप्ता:gupta सिंह:singh पटेल:patel मिश्रा:mishra अग्रवाल:agarwal त्रिपाठी:tripathi चौधरी:chaudhary जोशी:joshi कुलकर्णी:kulkarni मेहता:mehta'),
  ('th', 'สมชาย:somchai สุดา:suda อนงค์:anong ณัฐวุฒิ:nattawut พิมพ์ชนก:pimchanok ธนา:thana กนกวรรณ:kanokwan วีระ:weera มาลี:malee ปรีชา:preecha',
    'ใจดี:jaidee ศรีสุข:srisuk วงศ์สวัสดิ์:wongsawat แสงทอง:saengthong บุญมี:boonmee รัตนกุล:rattanakul ทองคำ:thongkham พงษ์ไพบูลย์:pongpaiboon จันทร์เพ็ญ:janpen สุวรรณ:suwan');

create table demo.given_name as
select family, i - 1 as i, count(*) over (partition by family) as of, replace(split_part(w, ':', 1), '_', ' ') as name,
  coalesce(nullif(split_part(w, ':', 2), ''), regexp_replace(platform.search_key(split_part(w, ':', 1)), '[^a-z]', '', 'g')) as latin
from demo.name_words, unnest(string_to_array(given, ' ')) with ordinality as g (w, i);
create table demo.surname as
select family, i - 1 as i, count(*) over (partition by family) as of, replace(split_part(w, ':', 1), '_', ' ') as name,
  coalesce(nullif(split_part(w, ':', 2), ''), regexp_replace(platform.search_key(split_part(w, ':', 1)), '[^a-z]', '', 'g')) as latin
from demo.name_words, unnest(string_to_array(surname, ' ')) with ordinality as s (w, i);
create table demo.family_size as
select family, (select count(*) from demo.given_name g where g.family = w.family) as given,
  (select count(*) from demo.surname s where s.family = w.family) as surnames
from demo.name_words w;
analyze demo.seat;
analyze demo.home;
analyze demo.given_name;
analyze demo.surname;
analyze demo.family_size;
